using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolDeadlinesTests
{
    // A million samples at 10 a second on one accelerator: 27.8 hours, on two 13.9 at best.
    private const long Samples = 1_000_000;

    [Fact]
    public void ExplainLate_WhenThereIsTimeForIt_IsNull() => Assert.Null(Explain(Two(), 1, 2, hours: 14));

    [Fact]
    public void ExplainLate_WhenEvenAllOfItIsTooLittle_SaysWhatItNeedsAndWhatIsFree()
    {
        var reason = Explain(Two(), 1, 2, hours: 10);

        Assert.Contains("it needs 27.8 accelerator hours of k by 2026-01-01 10:00:00 UTC", reason, StringComparison.Ordinal);
        Assert.Contains("(1,000,000 samples at 10 a second on one, as a job like it was)", reason, StringComparison.Ordinal);
        Assert.Contains("at most 20.0 accelerator hours are free until then", reason, StringComparison.Ordinal);
        Assert.Contains("It takes 13.9 hours at best, with 2. The earliest deadline that can be met now is 13.9 hours", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_WhenItIsPromisedToOthers_CountsOnlyTheRest()
    {
        var pool = Two();
        Deadline(pool, "earlier", 1, 2, hours: 16);
        var reason = Explain(pool, 1, 2, hours: 16);

        Assert.Contains("needs 27.8 accelerator hours", reason, StringComparison.Ordinal);
        Assert.Contains("at most 0.0 accelerator seconds are free", reason, StringComparison.Ordinal);
        Assert.Null(Explain(pool, 1, 2, hours: 40));
    }

    [Fact]
    public void ExplainLate_WhenOthersKeepWhatTheyHold_CountsOnlyTheRest()
    {
        var pool = Two();
        pool.Hold(pool.Job("keeper", with: request => request with { IsPreemptible = false }), "a");
        Assert.Contains("at most 16.0 accelerator hours are free", Explain(pool, 1, 2, hours: 16), StringComparison.Ordinal);
        Assert.Null(Explain(pool, 1, 2, hours: 40));
    }

    [Fact]
    public void ExplainLate_WhenTheTenantMayHoldLess_CountsWhatItMay() =>
        Assert.Contains("at most 16.0 accelerator hours are free", Explain(Two(), 1, 2, hours: 16, most: 1), StringComparison.Ordinal);

    [Fact]
    public void ExplainLate_WhenNothingLikeItRanYet_GoesByWhatNobodyCanExceed()
    {
        JobRequest Unknown(JobRequest request) => request with { Speeds = [], SampleGflop = 0.5 };

        // At 160 samples a second at the very best: 52 minutes on two, and a quarter of it may be luck.
        Assert.Null(Explain(Two(), 1, 2, hours: 43.0 / 60, with: Unknown));
        Assert.Contains(
            "(1,000,000 samples at no more than 160 a second on one, by its operations and the measured speed of k)",
            Explain(Two(), 1, 2, hours: 40.0 / 60, with: Unknown),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_WhenNobodyCanTell_IsNull()
    {
        Assert.Null(Explain(Two(), 1, 2, hours: 0.001, with: request => request with { Speeds = [] }));
        Assert.Null(Explain(Two(), 1, 2, hours: 0.001, with: request => request with { Samples = 0 }));
        Assert.Null(Explain(Two(), 1, 2, hours: 0.001, with: request => request with { Speeds = [new KindSpeed { Kind = "k", SamplesPerGflop = double.NaN }] }));
    }

    [Fact]
    public void ExplainLate_OfAPart_CountsThePart()
    {
        static JobRequest Quarter(JobRequest request) => request with { ComputeShareFraction = 0.25, MemoryBytes = 1 << 20 };

        // 111 hours on a quarter, of which a tenth may be luck.
        Assert.Null(Explain(Two(), 1, 1, hours: 102, with: Quarter));
        var reason = Explain(Two(), 1, 1, hours: 100, with: Quarter);
        Assert.Contains("needs 27.8 accelerator hours of k", reason, StringComparison.Ordinal);
        Assert.Contains("at most 25.0 accelerator hours are free", reason, StringComparison.Ordinal);
        Assert.Contains("It takes 4.6 days at best with 0.25 of one", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_OfAPartBesideOthersThatWerePromisedTheirs_CountsWhereItFits()
    {
        static JobRequest Part(JobRequest request, double share) => request with { ComputeShareFraction = share, MemoryBytes = 1 << 20 };

        // Two of 0.6 are promised the two accelerators, but for 0.4 of each; at 0.4 it takes 69 hours, at 0.5 56.
        var pool = Two();
        foreach (var name in new[] { "one", "two" })
        {
            Deadline(pool, name, 1, 1, hours: 60, request => Part(request, 0.6));
        }

        Assert.Null(Explain(pool, 1, 1, hours: 70, with: request => Part(request, 0.4)));
        var reason = Explain(pool, 1, 1, hours: 58, with: request => Part(request, 0.5));
        Assert.Contains("needs 27.8 accelerator hours of k", reason, StringComparison.Ordinal);
        Assert.Contains("It takes 2.3 days at best, with 0.5. The earliest deadline that can be met now is", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_WhenKindsMayBeMixed_CountsAllOfThem()
    {
        static PoolSamples Mixed() => new PoolSamples().Node("a", ("k", 10)).Node("b", ("slow", 5));
        static JobRequest Both(JobRequest request) => request with { Speeds = [.. request.Speeds, new KindSpeed { Kind = "slow", SamplesPerGflop = 1 }] };

        // 18.5 hours on both, 27.8 on the fast one alone.
        Assert.Null(Explain(Mixed(), 1, 2, hours: 17, with: Both));
        Assert.Contains("of all kinds", Explain(Mixed(), 1, 2, hours: 16, with: Both), StringComparison.Ordinal);
        Assert.Contains("at best, with 1", Explain(Mixed(), 1, 2, hours: 19, with: request => Both(request) with { MayMixTypes = false }), StringComparison.Ordinal);
        Assert.Contains("at best, with 1", Explain(Mixed(), 1, 2, hours: 19, with: request => request with { Kinds = ["k"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_WhenManyWorkTogether_CountsWhatTheyCouldDoWithoutALoss()
    {
        // 3.47 hours on eight that lose nothing; with 8^0.95 it would be 3.85.
        var pool = new PoolSamples().Node("a", [.. Enumerable.Repeat(("k", 10.0), 8)]);
        Assert.Null(Explain(pool, 1, 8, hours: 3.48));
        Assert.Null(Explain(pool, 1, 8, hours: 3.2));
        Assert.Contains("It takes 3.5 hours at best, with 8", Explain(pool, 1, 8, hours: 3.1), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_WhenOneOfAKindIsFaster_CountsItsScore()
    {
        var pool = new PoolSamples().Node("a", ("k", 10)).Node("b", ("k", 30));
        Assert.Null(Explain(pool, 1, 1, hours: 9.3));
        Assert.NotNull(Explain(pool, 1, 1, hours: 8));
    }

    [Fact]
    public void ExplainLate_OnAKindWhereNothingLikeItRan_CountsTheBetterOfBothAndSaysSo()
    {
        // 1 sample per Gflop on k, but up to 16 by its operations: an hour on the new kind.
        JobRequest Known(JobRequest request) => request with { SampleGflop = 0.5, MayMixTypes = false };
        var pool = new PoolSamples().Node("a", ("k", 10)).Node("b", ("new", 17.36));
        Assert.Null(Explain(pool, 1, 1, hours: 0.82, with: Known));
        Assert.Contains(
            "no more than 278 a second on one, by jobs like it on other kinds, its operations and the measured speed of new",
            Explain(pool, 1, 1, hours: 0.78, with: Known),
            StringComparison.Ordinal);

        // Its operations are not known, as in another precision: nobody can tell how fast the new kind is.
        Assert.Null(Explain(pool, 1, 1, hours: 0.1, with: request => Known(request) with { SampleGflop = 0 }));
        Assert.NotNull(Explain(pool, 1, 1, hours: 0.1, with: request => Known(request) with { SampleGflop = 0, Kinds = ["k"] }));
    }

    [Fact]
    public void ExplainLate_WhenAsManyArePlannedAsCanBe_IsRefusedWithTheNumber()
    {
        var pool = Two();
        for (var i = 0; i < 512; i++)
        {
            Deadline(pool, $"other{i}", 1, 1, hours: 1_000_000);
        }

        Assert.Contains("512 unfinished jobs with deadlines are planned already; allowed 512", Explain(pool, 1, 2, hours: 16), StringComparison.Ordinal);
        pool.State.Jobs.RemoveAt(0);
        Assert.Null(Explain(pool, 1, 2, hours: 2_000_000));
    }

    [Fact]
    public void Ask_WhenAJobWithADeadlineWaits_PlansItBeforeItEverRan()
    {
        var pool = Two();
        pool.Hold(pool.Job("first", with: request => request with { Kinds = ["k"] }), "a");
        pool.Hold(pool.Job("second"), "b");
        Deadline(pool, "urgent", 1, 1, hours: 29);
        pool.Now += TimeSpan.FromHours(0.5);
        var (changes, decisions) = pool.Round();

        Assert.Contains("meets its deadline", decisions[2].Reason, StringComparison.Ordinal);
        Assert.Single(Assert.Single(changes).Yields);
    }

    private static PoolSamples Two() => new PoolSamples().Node("a", ("k", 10)).Node("b", ("k", 10));

    private static string? Explain(PoolSamples pool, int min, int max, double hours, int most = 1024, Func<JobRequest, JobRequest>? with = null)
    {
        var job = Deadline(pool, "new", min, max, hours, with);
        var reason = PoolDeadlines.ExplainLate(pool.Ask(isAtBest: true), job.Request, most);
        pool.State.Jobs.Remove(job);
        return reason;
    }

    private static PooledJob Deadline(PoolSamples pool, string name, int min, int max, double hours, Func<JobRequest, JobRequest>? with = null) =>
        pool.Job(name, min, max, with: request =>
        {
            var made = request with
            {
                Samples = Samples, Speeds = [new KindSpeed { Kind = "k", SamplesPerGflop = 1 }], DeadlineAt = PoolSamples.Start.AddHours(hours),
            };
            return with?.Invoke(made) ?? made;
        });
}
