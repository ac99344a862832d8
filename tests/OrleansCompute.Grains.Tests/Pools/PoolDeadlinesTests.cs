using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolDeadlinesTests
{
    // A million samples at 10 a second on one accelerator: 27.8 hours, on two 14.4.
    private const long Samples = 1_000_000;

    [Fact]
    public void ExplainLate_WhenThereIsTimeForIt_IsNull() => Assert.Null(Explain(Two(), 1, 2, hours: 16));

    [Fact]
    public void ExplainLate_WhenEvenAllOfItIsTooLittle_SaysWhatItNeedsAndWhatIsFree()
    {
        var reason = Explain(Two(), 1, 2, hours: 10);

        Assert.Contains("it needs 28.8 accelerator hours of k by 2026-01-01 10:00:00 UTC", reason, StringComparison.Ordinal);
        Assert.Contains("(1,000,000 samples at 10 a second on one, as a job like it was)", reason, StringComparison.Ordinal);
        Assert.Contains("at most 20.0 accelerator hours are free until then", reason, StringComparison.Ordinal);
        Assert.Contains("It takes 14.4 hours at best, with 2. The earliest deadline that can be met now is 14.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_WhenItIsPromisedToOthers_CountsOnlyTheRest()
    {
        var pool = Two();
        Deadline(pool, "earlier", 1, 2, hours: 16);
        var reason = Explain(pool, 1, 2, hours: 16);

        Assert.Contains("needs 28.8 accelerator hours", reason, StringComparison.Ordinal);
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

        // At 20 samples a second at the very best.
        Assert.Null(Explain(Two(), 1, 2, hours: 10, with: Unknown));
        Assert.Contains(
            "(1,000,000 samples at no more than 20 a second on one, by its measured speed)", Explain(Two(), 1, 2, hours: 5, with: Unknown), StringComparison.Ordinal);
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

        // 111 hours on a quarter.
        Assert.Null(Explain(Two(), 1, 1, hours: 112, with: Quarter));
        var reason = Explain(Two(), 1, 1, hours: 100, with: Quarter);
        Assert.Contains("needs 27.8 accelerator hours of k", reason, StringComparison.Ordinal);
        Assert.Contains("at most 25.0 accelerator hours are free", reason, StringComparison.Ordinal);
        Assert.Contains("It takes 4.6 days at best with 0.25 of one", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainLate_WhenKindsMayBeMixed_CountsAllOfThem()
    {
        PoolSamples Mixed() => new PoolSamples().Node("a", ("k", 10)).Node("b", ("slow", 5));

        // 18.5 hours on both, 27.8 on the fast one alone.
        Assert.Null(Explain(Mixed(), 1, 2, hours: 19));
        Assert.Contains("of all kinds", Explain(Mixed(), 1, 2, hours: 18), StringComparison.Ordinal);
        Assert.Contains("at best, with 1", Explain(Mixed(), 1, 2, hours: 19, with: request => request with { MayMixTypes = false }), StringComparison.Ordinal);
        Assert.Contains("at best, with 1", Explain(Mixed(), 1, 2, hours: 19, with: request => request with { Kinds = ["k"] }), StringComparison.Ordinal);
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
        var reason = PoolDeadlines.ExplainLate(pool.Ask(), job.Request, most);
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
