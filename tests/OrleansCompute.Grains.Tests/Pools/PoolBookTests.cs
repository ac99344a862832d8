using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolBookTests
{
    [Fact]
    public async Task Change_OfAJobWhoseLeasesAreKnown_IsStoredAndAskedAbout()
    {
        var store = new MemoryPoolRecords();
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        var pool = new PoolSamples().Node("a", ("k", 1));
        var job = pool.Job("first");
        journal.Book.Add(job);
        journal.Book.Add([pool.Hold(job, "a")]);
        job.HasStarted = false;
        await journal.FlushFewAsync();
        journal.Book.TakeTouched();

        // As when its node has taken the lease.
        (job.HasStarted, job.AllocatedAt) = (true, PoolSamples.Start.AddSeconds(5));
        journal.Book.Change("acme/first");
        Assert.Equal(["acme/first"], journal.Book.TakeTouched());
        await journal.FlushFewAsync();
        var again = new PoolJournal(store.Open());
        await again.LoadAsync();
        var stored = Assert.Single(again.State.Jobs);
        Assert.Equal((true, PoolSamples.Start.AddSeconds(5)), (stored.HasStarted, stored.AllocatedAt));
    }
}
