using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>Questions and answers about what changed, in a pool of many jobs.</summary>
public sealed class PoolAnswerTests
{
    private readonly PoolSamples _pool = new() { Tenants = TenantTree.Create([new TenantQuota { Name = "acme", MaxAccelerators = 40 }, new TenantQuota { Name = "rival" }]) };

    public PoolAnswerTests()
    {
        for (var node = 0; node < 10; node++)
        {
            _pool.Node($"n{node}", [.. Enumerable.Repeat(("k", 10.0), 8)]);
        }

        for (var job = 0; job < 150; job++)
        {
            _pool.Job($"j{job}", tenant: job % 2 == 0 ? "acme" : "rival");
        }

        _pool.Apply(_pool.Round().Changes);
    }

    [Fact]
    public void Next_WhenJobsCameWentAndChanged_AsksTheSameAsAnewQuestion()
    {
        var before = _pool.Ask();
        var ended = End(Running("rival"));
        var stopped = Running("acme");
        _pool.State.Leases.RemoveAll(lease => lease.Job == stopped.Request.Job);
        var came = _pool.Job("late", tenant: "rival");

        var next = before.Next(Ids(ended, stopped, came), [Now(stopped), Now(came)], _pool.Now);

        var anew = _pool.Ask();
        Assert.Equal(anew.Jobs.Select(job => (job.Id, job.Allocation, job.SubmitSeconds)), next.Jobs.Select(job => (job.Id, job.Allocation, job.SubmitSeconds)));
        Assert.Equal(anew.NowSeconds, next.NowSeconds);
    }

    [Fact]
    public void PlacesOf_WhateverCameAndWent_AreThoseOfTheWantedJobs()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var before = _pool.Ask();
            var touched = _pool.State.Jobs.Where(_ => random.Next(20) == 0).ToList();
            foreach (var ended in touched.Where(_ => random.Next(2) == 0).ToList())
            {
                _pool.State.Jobs.Remove(ended);
            }

            // Some come late that were submitted early.
            var came = Enumerable.Range(0, random.Next(3)).Select(i => _pool.Job($"came{round}-{i}", with: request => request with { SubmittedAt = PoolSamples.Start.AddSeconds(random.Next(200) + 0.5) })).ToList();
            touched.AddRange(came);
            var wanted = Ids(_pool.State.Jobs.Where(job => came.Contains(job) || random.Next(10) == 0));

            var next = before.Next(Ids(touched), touched.Where(_pool.State.Jobs.Contains).Select(Now), _pool.Now, wanted);

            Assert.Equal(next.PlacesOf(wanted.ToHashSet()), next.PlacesOf(wanted).Order());
            Assert.Equal(wanted.Count, next.PlacesOf(wanted).Count);
            _pool.State.Jobs.Sort((one, other) => one.Request.SubmittedAt.CompareTo(other.Request.SubmittedAt));
        }
    }

    [Fact]
    public void AskFew_WhenJobsEnded_GivesWhatTheyLeaveToWhoMayHaveItAndLeavesTheOthersAlone()
    {
        var before = _pool.Ask();
        Assert.Equal((40, 40), (Held("acme"), Held("rival")));
        PooledJob[] ended = [End(Running("rival")), End(Running("rival")), End(Running("rival"))];

        var answer = PoolAnswer.AskFew(before.Next(Ids(ended), [], _pool.Now), Ids(), TimeProvider.System);

        Assert.False(answer.IsWhole);
        var changes = LeasePlan.Make(_pool.State, answer.Question, answer.Decisions, _pool.Yielding, _pool.Now);
        Assert.Equal(["rival", "rival", "rival"], changes.Select(change => change.Job.Request.Tenant));
        Assert.All(changes, change => Assert.Empty(change.Yields));
        foreach (var change in changes)
        {
            var job = answer.Question.Jobs.ToList().FindIndex(job => job.Id == PoolQuestion.IdOf(change.Job.Request));
            Assert.StartsWith("has 1 × k", answer.Reasons[job], StringComparison.Ordinal);
        }

        Assert.Equal(3, answer.Reasons.Count(reason => reason is not null));
        _pool.Apply(changes);
        Assert.Equal((40, 40), (Held("acme"), Held("rival")));
    }

    [Fact]
    public void AskFew_WhenAJobCameThatHasToWait_SaysWhy()
    {
        var before = _pool.Ask();
        var came = _pool.Job("late", tenant: "acme");
        var answer = PoolAnswer.AskFew(before.Next(Ids(came), [Now(came)], _pool.Now), Ids(came), TimeProvider.System);
        Assert.Contains("acme", answer.Reasons[^1], StringComparison.Ordinal);
        Assert.Equal(answer.Reasons[^1], Assert.Single(answer.Reasons, reason => reason is not null));
    }

    private static HashSet<string> Ids(params IEnumerable<PooledJob> jobs) => [.. jobs.Select(job => PoolQuestion.IdOf(job.Request))];

    private PooledJob Running(string tenant) =>
        _pool.State.Jobs.First(job => job.Request.Tenant == tenant && _pool.State.Leases.Exists(lease => lease.Job == job.Request.Job));

    private PooledJob End(PooledJob job)
    {
        _pool.State.Jobs.Remove(job);
        _pool.State.Leases.RemoveAll(lease => lease.Job == job.Request.Job);
        return job;
    }

    private JobNow Now(PooledJob job) => new(job.Copy(), [.. _pool.State.Leases.Where(lease => lease.Job == job.Request.Job)], null);

    private int Held(string tenant) => _pool.State.Leases.Count(lease => lease.Tenant == tenant);
}
