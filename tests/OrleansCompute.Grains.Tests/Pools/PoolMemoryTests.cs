using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolMemoryTests
{
    [Fact]
    public void ToHistory_WhenJobsFinished_CountsThemInTheBinsOfTheLibrary()
    {
        var memory = new PoolMemory();
        var expected = ServiceHistory.Empty;
        foreach (var seconds in new[] { 1.0, 64, 70, 3_600, 3_600, 1e6, 1e12 })
        {
            memory.Finish("a", seconds);
            expected = expected.Add(seconds);
        }

        memory.Finish("a", double.NaN);
        memory.Finish("a", 0);
        Assert.Equal(Filled(expected), Filled(memory.ToHistory()));
        Assert.Equal(expected.Jobs, memory.ToHistory().Jobs);
    }

    private static IEnumerable<(int Bin, int Jobs)> Filled(ServiceHistory history) =>
        history.Counts.Select((jobs, bin) => (bin, jobs)).Where(bin => bin.jobs > 0);

    [Fact]
    public void ToLengths_WhenATenantHasFinishedManyJobs_ItsOwnCount_AndOldOnesAreForgotten()
    {
        var memory = new PoolMemory();
        for (var i = 0; i < 2_000; i++)
        {
            memory.Finish(i % 2 == 0 ? "short" : "long", i % 2 == 0 ? 100 : 10_000);
        }

        Assert.Equal(500, memory.Lengths.Count);
        Assert.InRange(Remaining("short"), 1, 200);
        Assert.InRange(Remaining("long"), 9_000, 11_000);

        double Remaining(string tenant) => memory.ToLengths().Remaining(new JobSnapshot
        {
            Id = "x", Tenant = tenant, SubmitSeconds = 0, RequestedAccelerators = 1,
        }).LikelySeconds;
    }

    [Fact]
    public void UsesAt_WhenAHalfLifeHasPassed_CountsHalf()
    {
        var memory = new PoolMemory();
        memory.Use("a", 100, 0);
        memory.Use("a", 50, TenantTree.DefaultHalfLifeSeconds);
        memory.Use("a", double.NaN, 0);
        Assert.Equal(100, memory.UsesAt(TenantTree.DefaultHalfLifeSeconds)["a"], 6);
        Assert.Equal(50, memory.UsesAt(2 * TenantTree.DefaultHalfLifeSeconds)["a"], 6);
    }

    [Fact]
    public void Use_WhenThereAreTooManyTenants_TheOneThatCountsLeastIsForgotten()
    {
        var memory = new PoolMemory();
        memory.Use("old", 1_000, 0);
        for (var i = 1; i < 10_000; i++)
        {
            memory.Use($"t{i}", 100 + i, 10 * TenantTree.DefaultHalfLifeSeconds);
        }

        // Of the 1,000 of ten half-lives ago about 1 is left.
        memory.Use("new", 5, 10 * TenantTree.DefaultHalfLifeSeconds);
        Assert.Equal(10_000, memory.Uses.Count);
        Assert.DoesNotContain("old", memory.Uses.Keys);
        memory.Use("newer", 7, 10 * TenantTree.DefaultHalfLifeSeconds);
        Assert.Equal((false, true, true), (memory.Uses.ContainsKey("new"), memory.Uses.ContainsKey("newer"), memory.Uses.ContainsKey("t1")));
    }

    [Fact]
    public void Question_WhenATenantUsedMuch_TheOtherGoesFirst()
    {
        var pool = new PoolSamples { Tenants = TenantTree.Create([new TenantQuota { Name = "greedy" }, new TenantQuota { Name = "modest" }]) }.Node("a", ("k", 10));
        pool.Job("first", tenant: "greedy");
        pool.Job("second", tenant: "modest");
        Assert.Equal("first", Assert.Single(pool.Round().Changes).Job.Request.Job);
        pool.State.Memory.Use("greedy", 1e6, PoolQuestion.ToSeconds(pool.Now));
        Assert.Equal("second", Assert.Single(pool.Round().Changes).Job.Request.Job);
    }
}
