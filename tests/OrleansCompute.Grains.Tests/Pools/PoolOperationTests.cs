using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>What operators and owners do with a running pool: budgets, nodes that go for good, questions.</summary>
public sealed class PoolOperationTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync(
            [new TestNode("a"), new TestNode("b")], pool: options => options.RoundPeriod = TimeSpan.FromMilliseconds(500));
        await _fabric.AddDatasetAsync(JobSamples.Data);
    }

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task Set_WhenTheMoneyWasUsedUp_TheJobGoesOn()
    {
        var spec = JobSamples.Endless("spender");
        await _fabric.Job("spender").Submit(spec with { Resources = spec.Resources with { Budget = 1 } });
        await _fabric.TrainingAsync("spender");

        // At this price the budget lasts for some milliseconds.
        await PriceAsync(1_000_000);
        var stopped = await Eventually.GetAsync(
            () => _fabric.Pool.GetStatus(),
            pool => pool.Leases.IsEmpty && pool.Queue.Any(queued => queued.Reason.Contains("its money is used up", StringComparison.Ordinal)),
            "the job without money waits and says why",
            Limit);
        Assert.Contains("raise its budget", stopped.Queue[0].Reason, StringComparison.Ordinal);
        var before = (await _fabric.WaitAsync("spender", status => status.State == JobState.Queued, "it waits")).Generation;

        // What it used is as the ledger says it, also for the next activation of the pool.
        await _fabric.DeactivateAsync(_fabric.Pool);
        await PriceAsync(0.01m);
        await _fabric.Job("spender").Set(new JobSettings { Budget = 1_000_000_000, Priority = 5 });
        await Eventually.GetAsync(
            () => _fabric.Job("spender").GetStatus(), status => status.State == JobState.Running && status.Generation > before, "the job goes on", Limit);
        var running = Assert.Single((await _fabric.Pool.GetStatus()).Running);
        Assert.Equal((1_000_000_000m, 5), (running.Request.Budget, running.Request.Priority));

        var refused = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Job("spender").Set(new JobSettings { Budget = -1 }));
        Assert.Contains("resources.budget is -1; allowed: above 0", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Job("nobody").Set(new JobSettings { Budget = 1 }));
        var both = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Job("spender").Set(new JobSettings { Budget = 1, NoBudget = true }));
        Assert.Contains("budget is 1 and noBudget is true; allowed: one of them", both.Message, StringComparison.Ordinal);
        await _fabric.Job("spender").Cancel("done");
        await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Job("spender").Set(new JobSettings { Budget = 1 }));
    }

    [Fact]
    public async Task Set_WhenTheBudgetIsCleared_TheJobGoesOnAtAnyPrice()
    {
        var spec = JobSamples.Fixed(JobSamples.Endless("freed"));
        await PriceAsync(0.01m);
        await _fabric.Job("freed").Submit(spec with { Resources = spec.Resources with { Budget = 1 } });
        await _fabric.TrainingAsync("freed");
        await PriceAsync(1_000_000);
        await Eventually.GetAsync(
            () => _fabric.Pool.GetStatus(),
            pool => pool.Leases.IsEmpty && pool.Queue.Any(queued => queued.Reason.Contains("its money is used up", StringComparison.Ordinal)),
            "the job without money waits",
            Limit);
        var before = (await _fabric.WaitAsync("freed", status => status.State == JobState.Queued, "it waits")).Generation;
        var asked = await _fabric.Pool.WhatIf(new WhatIfQuestion { Jobs = [new JobAdjustment { Tenant = FabricCluster.TenantName, Job = "freed", NoBudget = true }] });
        Assert.Equal("starts", Assert.Single(asked.Effects).Effect);

        var set = await _fabric.Job("freed").Set(new JobSettings { NoBudget = true });
        Assert.Null(set.Spec.Resources.Budget);
        await Eventually.GetAsync(
            () => _fabric.Job("freed").GetStatus(), status => status.State == JobState.Running && status.Generation > before, "the job goes on", Limit);
        Assert.Null(Assert.Single((await _fabric.Pool.GetStatus()).Running).Request.Budget);
        await _fabric.Job("freed").Cancel("done");
    }

    [Fact]
    public async Task Remove_WhenTheNodeWorks_IsRefusedUntilItIsDrainedOrForced()
    {
        await _fabric.Job("worker").Submit(JobSamples.Fixed(JobSamples.Endless("worker")));
        await _fabric.TrainingAsync("worker");
        var node = Assert.Single((await _fabric.Pool.GetStatus()).Leases).Node;
        var idle = node == "a" ? "b" : "a";
        await RefusedAsync(node, "takes work; drain it first (`oc node drain");
        await _fabric.Pool.SetDraining(idle, true);
        await _fabric.Pool.Remove(idle, force: false);
        Assert.Equal([node], (await _fabric.Pool.GetStatus()).Nodes.Select(left => left.Name));
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Pool.Remove(idle, force: false));

        // This run of it stays away, whatever it tells; the job that keeps what it has holds the other, and is parted from it by force only.
        Assert.True((await _fabric.Pool.Heartbeat(idle, (await _fabric.Node(idle).GetStatus()).Incarnation, [])).IsKnown);
        await _fabric.JoinAsync(idle);
        Assert.Single((await _fabric.Pool.GetStatus()).Nodes);
        await _fabric.Pool.SetDraining(node, true);
        await RefusedAsync(node, "holds 1 leases (acme/worker)");
        await _fabric.Pool.Remove(node, force: true);
        var pool = await Eventually.GetAsync(
            () => _fabric.Pool.GetStatus(), status => status is { Leases.IsEmpty: true, Queue.Length: 1 }, "the job waits without a node", Limit);
        Assert.Empty(pool.Nodes);
        Assert.Null((await _fabric.Node(node).GetStatus()).Accelerators[0].Lease);
        await _fabric.Job("worker").Cancel("done");
    }

    [Fact]
    public async Task Submit_WhenSeveralDeadlinesNeedTheSame_AdmitsTheFirstOnly()
    {
        // It keeps both for as long as the test takes, but not for ten hours.
        var spec = JobSamples.Endless("holder", 2, 2);
        await _fabric.Job("holder").Submit(spec with { Resources = spec.Resources with { MinRunSeconds = 3600 } });
        await _fabric.PoolAsync(pool => pool.Leases.Length == 2, "both are held");
        var slot = (await _fabric.Pool.GetStatus()).Nodes.Select(node => node.Accelerators[0].Accelerator).MaxBy(found => found.ScoreGflops)!;

        // Seven hours of both for each.
        var submitted = Enumerable.Range(0, 6).Select(i => _fabric.Pool.Submit(new JobRequest
        {
            Tenant = FabricCluster.TenantName,
            Job = $"urgent{i}",
            MinAccelerators = 1,
            MaxAccelerators = 2,
            SubmittedAt = DateTimeOffset.UtcNow,
            DeadlineAt = DateTimeOffset.UtcNow.AddHours(10),
            BatchSize = 128,
            Samples = 7 * 3600 * 2 * 10,
            Speeds = [new KindSpeed { Kind = slot.Kind, SamplesPerGflop = 10 / slot.ScoreGflops }],
        })).ToList();
        var refused = 0;
        foreach (var submission in submitted)
        {
            refused += await Record.ExceptionAsync(() => submission) is FabricRefusedException { Message: var message }
                && message.Contains("by its deadline: it needs", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal((5, 1), (refused, (await _fabric.Pool.GetStatus()).Queue.Length));
        await _fabric.Job("holder").Cancel("done");
    }

    [Fact]
    public async Task Submit_WhenOlderSettingsArriveLast_KeepsTheNewer()
    {
        await _fabric.Job("changed").Submit(JobSamples.Fixed(JobSamples.Endless("changed")));
        await _fabric.PoolAsync(pool => !pool.Running.IsEmpty, "it runs");
        await _fabric.Job("changed").Set(new JobSettings { Priority = 4 });
        await _fabric.Job("changed").Set(new JobSettings { Priority = 9 });
        var pool = await _fabric.PoolAsync(status => status.Running[0].Request.SettingsVersion == 2, "the newest settings arrive");
        var request = pool.Running[0].Request;
        Assert.Equal(9, request.Priority);
        await _fabric.Pool.Submit(request with { Priority = 4, SettingsVersion = 1 });
        Assert.Equal((9, 2), ((await _fabric.Pool.GetStatus()).Running[0].Request.Priority, (await _fabric.Pool.GetStatus()).Running[0].Request.SettingsVersion));
        await _fabric.Job("changed").Cancel("done");
    }

    [Fact]
    public async Task WhatIf_WhenATenantDoesNotExist_IsRefused()
    {
        await _fabric.Pool.WhatIf(new WhatIfQuestion { Quotas = [new QuotaAdjustment { Tenant = FabricCluster.TenantName, MaxAccelerators = 1 }] });
        await Assert.ThrowsAsync<FabricNotFoundException>(
            () => _fabric.Pool.WhatIf(new WhatIfQuestion { Quotas = [new QuotaAdjustment { Tenant = "acmee", MaxAccelerators = 1 }] }));
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Pool.WhatIf(new WhatIfQuestion { Drain = ["c"] }));
        Assert.Contains("is 'c'; the pool has: a, b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_WhenAnotherTenantHoldsIt_NamesItToOperatorsOnly()
    {
        await _fabric.Grains.GetGrain<ITenantGrain>("beta").Configure(new TenantSpec { Name = "beta" });
        var (images, labels) = SampleData.Make();
        await _fabric.Grains.GetGrain<Contracts.Datasets.IDatasetGrain>($"beta/{JobSamples.Data}")
            .AddVersion(await _fabric.PutAsync(images), await _fabric.PutAsync(labels));
        var spec = JobSamples.Fixed(JobSamples.Endless("secret", 2, 2)) with { Tenant = "beta" };
        await _fabric.Grains.GetGrain<IJobGrain>("beta/secret").Submit(spec);
        await _fabric.PoolAsync(pool => pool.Leases.Length == 2, "the other tenant's job holds both");
        await _fabric.Job("waiter").Submit(JobSamples.Spec("waiter"));

        var shown = await _fabric.Pool.Explain(FabricCluster.TenantName, "waiter", showOthers: true);
        var covered = await _fabric.Pool.Explain(FabricCluster.TenantName, "waiter", showOthers: false);

        Assert.Contains("beta", shown.Sentence, StringComparison.Ordinal);
        Assert.Equal(("beta", "secret", 2), (shown.Holders[0].Tenant, shown.Holders[0].Job, shown.Holders[0].Accelerators));
        Assert.Contains("2 held by another tenant", covered.Sentence, StringComparison.Ordinal);
        Assert.Equal(("", "", 2), (covered.Holders[0].Tenant, covered.Holders[0].Job, covered.Holders[0].Accelerators));
        Assert.DoesNotContain("beta", $"{covered}{string.Join(' ', covered.WouldStart)}{string.Join(' ', covered.Holders)}", StringComparison.Ordinal);
    }

    private Task<TenantSpec> PriceAsync(decimal perHour) => _fabric.Tenant.Configure(
        new TenantSpec { Name = FabricCluster.TenantName, Plan = new PricePlan { PerAcceleratorHour = perHour } });

    private async Task RefusedAsync(string node, string expected)
    {
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Pool.Remove(node, force: false));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
