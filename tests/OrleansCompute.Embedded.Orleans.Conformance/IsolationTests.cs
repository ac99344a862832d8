using OrleansCompute.Embedded.Orleans.Conformance.Grains;

namespace OrleansCompute.Embedded.Orleans.Conformance;

/// <summary>A grain shares no mutable object with its callers, however deep.</summary>
public sealed class IsolationTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private IEchoGrain NewGrain() => fixture.Client.GetGrain<IEchoGrain>(Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Nested_WhenChangedByTheCallerAfterwards_StayAsSent()
    {
        var grain = NewGrain();
        var sent = NewNest();
        Mangle(await grain.Keep(sent));
        Mangle(sent);
        Mangle(await grain.Kept());
        var kept = await grain.Kept();
        Assert.Equal([1, 2], kept.Table["a"][0]);
        Assert.Single(kept.Table);
        Assert.Equal(["x"], kept.Names);
        Assert.Equal([7], kept.Boxes[0].Items);
        Assert.Equal([1.5], Assert.IsType<Polygon>(kept.Shape).Corners);
        Assert.Equal("p", kept.Shape!.Name);
        Assert.Equal(5, kept.Count);
        Assert.Equal((TimeSpan.FromHours(2), "t"), (kept.Between.Length, kept.Between.Tags[0]));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(6)), kept.Between.From);
        Assert.Equal(TimeSpan.FromHours(6), kept.Between.From.Offset);
    }

    [Fact]
    public async Task Tuples_WhenChangedByTheCallerAfterwards_StayAsSent()
    {
        var grain = NewGrain();
        var items = new List<int> { 1 };
        (await grain.KeepPair(("n", items))).Items.Add(3);
        items.Add(2);
        var (name, kept) = await grain.KeptPair();
        Assert.Equal("n", name);
        Assert.Equal([1], kept);
    }

    [Theory, MemberData(nameof(Values))]
    public async Task Objects_WhenEchoed_KeepTypeAndValue(object? value)
    {
        var echo = await NewGrain().EchoAny(value);
        Assert.Equal(value?.GetType(), echo?.GetType());
        Assert.Equivalent(value, echo, strict: true);
    }

    public static TheoryData<object?> Values() =>
    [
        null,
        42,
        "text",
        new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        Guid.Parse("0d9fd4a3-7a0e-4a3a-9d3c-6f3c5d6e7f80"),
        new Uri("https://example.org/a?b=c"),
        new byte[] { 1, 2, 3 },
        new int[2, 2] { { 1, 2 }, { 3, 4 } },
        new List<string?> { "a", null },
        new Dictionary<int, string> { [1] = "one" },
        new Queue<int>([1, 2]),
        new SortedDictionary<string, int> { ["b"] = 2, ["a"] = 1 },
        new KeyValuePair<string, int>("k", 1),
        Tuple.Create(1, "two"),
        DayOfWeek.Friday,
        decimal.MaxValue,
        1.5f,
    ];

    [Fact]
    public async Task References_WhenSharedWithinOneArgument_StayShared()
    {
        var box = new Box { Items = [1] };
        var echo = (List<Box>)(await NewGrain().EchoAny(new List<Box> { box, box }))!;
        Assert.Same(echo[0], echo[1]);
        Assert.NotSame(box, echo[0]);
    }

    private static Nest NewNest() => new()
    {
        Table = new() { ["a"] = [[1, 2]] },
        Names = ["x"],
        Boxes = [new Box { Items = [7] }],
        Shape = new Polygon("p", [1.5]),
        Count = 5,
        Between = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(6)), TimeSpan.FromHours(2), ["t"]),
    };

    private static void Mangle(Nest nest)
    {
        nest.Table["a"][0][0] = 99;
        nest.Table["b"] = [];
        nest.Names.Clear();
        nest.Boxes[0].Items.Add(99);
        ((Polygon)nest.Shape!).Corners.Clear();
        nest.Between.Tags[0] = "mangled";
    }
}
