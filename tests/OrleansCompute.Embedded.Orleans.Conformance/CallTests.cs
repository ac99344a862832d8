using Microsoft.Extensions.DependencyInjection;
using OrleansCompute.Embedded.Orleans.Conformance.Grains;
using OrleansCompute.TestKit;

namespace OrleansCompute.Embedded.Orleans.Conformance;

public sealed class CallTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static string NewKey() => Guid.NewGuid().ToString("N");

    private ICounterGrain Counter(string? key = null) => fixture.Client.GetGrain<ICounterGrain>(key ?? NewKey());

    [Fact]
    public async Task Add_WhenCalledTwice_KeepsState()
    {
        var grain = Counter();
        Assert.Equal(2, await grain.Add(2));
        Assert.Equal(5, await grain.AddFast(3));
    }

    [Fact]
    public async Task AddSlowly_WhenManyCallersOverlap_LosesNoUpdate()
    {
        var grain = Counter();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => grain.AddSlowly(1)))).OrFailAsync("200 calls end");
        Assert.Equal(200, await grain.Add(0));
    }

    [Fact]
    public async Task FirstCalls_WhenFromSeveralSilosAtOnce_MakeOneActivation()
    {
        var factories = fixture.Cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<IGrainFactory>()).Append(fixture.Client).ToList();
        for (var round = 0; round < 50; round++)
        {
            var key = NewKey();
            var marks = await Task.WhenAll(factories.SelectMany(factory => Enumerable.Range(0, 3).Select(_ =>
                Task.Run(() => factory.GetGrain<ICounterGrain>(key).ActivationMark())))).OrFailAsync("all first calls end");
            Assert.Single(marks.Distinct());
        }
    }

    [Fact]
    public async Task Arguments_WhenChangedAfterTheCall_DoNotReachTheGrain()
    {
        var grain = Counter();
        var box = new Box { Items = [1, 2], Inner = new Box { Items = [3] }, NotSerialised = "lost" };
        var returned = await grain.Keep(box);
        box.Items.Add(9);
        box.Inner.Items.Clear();
        returned.Items.Add(8);
        var kept = await grain.Kept();
        Assert.Equal([1, 2], kept.Items);
        Assert.Equal([3], kept.Inner!.Items);
        Assert.Equal("", kept.NotSerialised);
    }

    [Fact]
    public async Task Arguments_WhenCyclic_KeepTheirShape()
    {
        var box = new Box { Items = [1] };
        box.Inner = box;
        var kept = await Counter().Keep(box);
        Assert.Same(kept, kept.Inner);
        Assert.NotSame(box, kept);
    }

    [Fact]
    public async Task Records_WhenEchoed_AreEqualAndTheirOwn()
    {
        var record = new MutableRecord([1, 2, 3], new() { ["a"] = new Box { Items = [4] } });
        var echo = await Counter().Echo(record);
        Assert.Equal(record.Values, echo.Values);
        Assert.NotSame(record.Values, echo.Values);
        Assert.Equal([4], echo.Boxes["a"].Items);
        var reading = new Reading("t", 1.5, [1f, 2f]);
        var readingEcho = await Counter().EchoReading(reading);
        Assert.Equal((reading.Name, reading.Value), (readingEcho.Name, readingEcho.Value));
        Assert.Equal(reading.Samples.AsEnumerable(), readingEcho.Samples);
        var bytes = new byte[] { 1, 2, 3 };
        var bytesEcho = await Counter().EchoBytes(bytes);
        Assert.Equal(bytes, bytesEcho);
        Assert.NotSame(bytes, bytesEcho);
    }

    [Fact]
    public async Task Arguments_WhenNotSerializable_AreRefusedWithTheTypeName()
    {
        var error = await Record.ExceptionAsync(() => Counter().Refuse(new NotSerializable()));
        Assert.Contains(nameof(NotSerializable), error!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exceptions_WhenThrownByTheGrain_ReachTheCaller()
    {
        var grain = Counter();
        Assert.Equal("slow", (await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Throw("slow"))).Message);
        Assert.Equal("fast", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await grain.ThrowFast("fast"))).Message);
        Assert.Equal(1, await grain.Add(1));
    }

    [Fact]
    public async Task Awaits_WhenInsideAGrain_ComeBackToItsScheduler() =>
        Assert.Equal(["own", "own", "default", "own"], await Counter().SchedulerChecks());

    [Fact]
    public async Task RequestContext_WhenSet_FlowsWithTheCallOnly()
    {
        var grain = Counter();
        RequestContext.Set("tenant", "blue");
        Assert.Equal("blue", await grain.ContextValue("tenant"));
        RequestContext.Remove("tenant");
        Assert.Null(await grain.ContextValue("tenant"));
    }

    [Fact]
    public async Task OneWay_WhenSent_IsRunInTheEnd()
    {
        var grain = Counter();
        await grain.Add(0);
        await grain.Notify(5);
        while (await grain.Add(0) != 5)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Sequence_WhenEnumerated_GivesAllItemsInOrder()
    {
        var items = new List<int>();
        await foreach (var item in Counter().Count(250))
        {
            items.Add(item);
        }

        Assert.Equal(Enumerable.Range(0, 250), items);
    }

    [Fact]
    public async Task Sequence_WhenLeftEarly_Ends()
    {
        var grain = Counter();
        await foreach (var item in grain.Count(int.MaxValue))
        {
            if (item == 10)
            {
                break;
            }
        }

        Assert.Equal(1, await grain.Add(1));
    }

    [Fact]
    public async Task Sequence_WhenItThrows_GivesItemsThenTheError()
    {
        var items = new List<int>();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var item in Counter().CountThenThrow(5))
            {
                items.Add(item);
            }
        });
        Assert.Equal([0, 1, 2, 3, 4], items);
    }

    [Fact]
    public async Task Cancellation_WhenCallerCancels_ReachesTheGrain()
    {
        var grain = Counter();
        await grain.Add(1);
        using var source = new CancellationTokenSource();
        var call = grain.WaitForCancellation(source.Token);
        await grain.IsWaiting().OrFailAsync("the request starts");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.OrFailAsync("the cancelled call ends"));
        Assert.True(await grain.WasCancelled().OrFailAsync("the grain sees the cancellation"));
    }

    [Fact]
    public async Task Deactivate_WhenCalledAgain_MakesANewActivation()
    {
        var grain = Counter();
        var before = await grain.ActivationMark();
        await grain.Deactivate();
        await fixture.Cluster.WaitForDeactivationAsync(grain).OrFailAsync("the grain deactivates");
        Assert.NotEqual(before, await grain.ActivationMark());
    }
}
