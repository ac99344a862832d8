using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>Elastic jobs of several tenants on three nodes, through all real parts.</summary>
public sealed class ElasticPoolTests : IAsyncLifetime
{
    private const string Other = "rival";
    private FabricCluster _fabric = null!;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync(
            [new TestNode("a"), new TestNode("b"), new TestNode("c")],
            pool: options =>
            {
                options.FairShareQuantum = TimeSpan.Zero;
                options.RoundPeriod = TimeSpan.FromMilliseconds(500);

                // Three nodes of one test machine are no faster than one: by scores they count as what they stand for.
                options.LearnSpeeds = false;

                // A job that a change costs little may change soon after the last one.
                options.RestartSeconds = 0.2;
            });
        await _fabric.AddDatasetAsync(JobSamples.Data);
        await _fabric.Grains.GetGrain<ITenantGrain>(Other).Configure(new TenantSpec { Name = Other });
        var (images, labels) = SampleData.Make();
        await _fabric.Grains.GetGrain<IDatasetGrain>($"{Other}/{JobSamples.Data}").AddVersion(await _fabric.PutAsync(images), await _fabric.PutAsync(labels));
    }

    public async Task DisposeAsync() => await _fabric.DisposeAsync();

    [Fact]
    public async Task Submit_WhenAnotherTenantsJobComes_TheElasticOneShrinksGrowsAgainAndUsesEverySampleOnce()
    {
        await _fabric.Job("elastic").Submit(Elastic("elastic", 1, 3));
        await HoldsAsync("acme/elastic", 3);
        await _fabric.TrainingAsync("elastic");

        await Rival("short").Submit(Of(Elastic("short", 1, 1)));
        await HoldsAsync($"{Other}/short", 1);
        await HoldsAsync("acme/elastic", 2);
        var waiting = await SubmitWaitingAsync();
        Assert.StartsWith($"{Other}/gang needs 3", waiting.Sentence, StringComparison.Ordinal);
        Assert.Contains("0 of 3 free", waiting.Sentence, StringComparison.Ordinal);
        Assert.Equal(3, waiting.Holders.Sum(holder => holder.Accelerators));
        Assert.DoesNotContain("elastic", waiting.Sentence, StringComparison.Ordinal);
        var whatIf = await _fabric.Pool.WhatIf(new WhatIfQuestion { Jobs = [new JobAdjustment { Tenant = "acme", Job = "elastic", MaxAccelerators = 1 }] });
        Assert.Contains(whatIf.Effects, effect => effect is { Job: "acme/elastic", Effect: "shrinks" });
        await Rival("gang").Cancel("seen");

        await Rival("short").Cancel("done");
        await HoldsAsync("acme/elastic", 3);

        // Nothing was started anew for all of that.
        var status = await _fabric.Job("elastic").GetStatus();
        Assert.Equal((JobState.Running, 1), (status.State, status.Generation));
        await _fabric.Job("elastic").Cancel("done");
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Submit_WhenTheElasticJobEnds_ItUsedEverySampleOnceWhateverItHeld()
    {
        await _fabric.Job("counted").Submit(Elastic("counted", 1, 3) with { Training = JobSamples.Spec("x", epochs: 300, batchSize: 10).Training });
        await _fabric.TrainingAsync("counted");
        await Rival("short").Submit(Of(Elastic("short", 1, 1)));
        await HoldsAsync($"{Other}/short", 1);
        await Rival("short").Cancel("done");
        var status = await _fabric.EndAsync("counted");
        Assert.True(status.State == JobState.Succeeded, status.Reason);
        Assert.Equal((300L * 200, 300L * 200, 300L * 20), (status.Progress!.SamplesDone, status.Progress.SamplesTotal, status.Progress.Step));
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Submit_WhenAPriorityIsHigher_TheOtherIsPreemptedAtAStepAndResumesThere()
    {
        await _fabric.Job("low").Submit(Elastic("low", 3, 3));
        await _fabric.TrainingAsync("low");
        var urgent = Elastic("urgent", 3, 3);
        await _fabric.Job("urgent").Submit(urgent with { Resources = urgent.Resources with { Priority = 10 } });
        await HoldsAsync("acme/urgent", 3);
        var stopped = await _fabric.WaitAsync("low", status => status.State == JobState.Queued, "preempted");
        Assert.Contains("goes on from step", stopped.Reason, StringComparison.Ordinal);
        await _fabric.Job("urgent").Cancel("done");
        var resumed = await _fabric.WaitAsync("low", status => status is { State: JobState.Running, Generation: 2, Progress.Step: > 0 }, "resumed");
        Assert.True(resumed.Progress!.Step >= long.Parse(stopped.Reason.Split("step ")[1].TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture));
        await _fabric.Job("low").Cancel("done");
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Submit_WhenTwoWantPartsOfADevice_BothTrainOnOneAccelerator()
    {
        foreach (var (name, share) in new[] { ("quarter", 0.25), ("rest", 0.7) })
        {
            var spec = Elastic(name, 1, 1);
            await _fabric.Job(name).Submit(spec with { Resources = spec.Resources with { Fraction = new FractionSpec { Compute = share, MemoryBytes = 64 << 20 } } });
            await _fabric.TrainingAsync(name);
        }

        var pool = await _fabric.Pool.GetStatus();
        Assert.Equal([0.25, 0.7], pool.Leases.Select(lease => lease.ComputeShareFraction));
        Assert.Single(pool.Leases.Select(lease => lease.Node).Distinct());
        var shared = Assert.Single(pool.Nodes.SelectMany(node => node.Accelerators), slot => slot.Lease is not null);
        Assert.Equal(2, shared.Leases.Length);
        await _fabric.Job("quarter").Cancel("done");
        await _fabric.Job("rest").Cancel("done");
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Drain_WhenAJobRunsThere_ItMovesWithoutStarting_AndUndrainLetsTheNodeWork()
    {
        await _fabric.Job("mover").Submit(Elastic("mover", 1, 1));
        await _fabric.TrainingAsync("mover");
        var node = Assert.Single((await _fabric.Pool.GetStatus()).Leases).Node;
        await _fabric.Pool.SetDraining(node, true);
        var pool = await _fabric.PoolAsync(pool => pool.Leases.Length == 1 && pool.Leases[0].Node != node, "the job on another node");
        Assert.Equal(NodeState.Draining, pool.Nodes.Single(known => known.Name == node).State);
        await _fabric.Pool.SetDraining(node, false);
        Assert.Equal(NodeState.Ready, (await _fabric.Pool.GetStatus()).Nodes.Single(known => known.Name == node).State);
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Pool.SetDraining("nowhere", true));
        await _fabric.Job("mover").Cancel("done");
        await _fabric.IdleAsync();
    }

    [Fact]
    public async Task Kill_WhenANodeOfAnElasticJobDies_ItGoesOnAndTakesTheNextNodeThatComes()
    {
        await _fabric.Job("tough").Submit(Elastic("tough", 1, 3));
        await HoldsAsync("acme/tough", 3);
        await _fabric.TrainingAsync("tough");
        var leader = _fabric.NodeOf(_fabric.Job("tough"));
        await _fabric.KillAsync(new[] { "a", "b", "c" }.First(name => name != leader && name != _fabric.NodeOf(_fabric.Pool)));
        await HoldsAsync("acme/tough", 2);
        await _fabric.AddNodeAsync(new TestNode("d"));
        await HoldsAsync("acme/tough", 3);
        await _fabric.Job("tough").Cancel("done");
        await _fabric.IdleAsync();
    }

    private static JobSpec Elastic(string name, int min, int max) => JobSamples.Spec(name, min, max, epochs: 1000, batchSize: 3);

    private static JobSpec Of(JobSpec spec) => spec with { Tenant = Other };

    private IJobGrain Rival(string name) => _fabric.Grains.GetGrain<IJobGrain>($"{Other}/{name}");

    private async Task<JobExplanation> SubmitWaitingAsync()
    {
        await Rival("gang").Submit(Of(Elastic("gang", 3, 3)));
        await _fabric.PoolAsync(pool => pool.Queue.Any(queued => queued.Reason.Contains("needs 3", StringComparison.Ordinal)), "the gang waits with a reason");
        return await _fabric.Pool.Explain(Other, "gang", showOthers: false);
    }

    private Task<PoolSnapshot> HoldsAsync(string job, int accelerators) => Eventually.GetAsync(
        () => _fabric.Pool.GetStatus(),
        pool => pool.Leases.Count(lease => $"{lease.Tenant}/{lease.Job}" == job) == accelerators
            && pool.Running.All(running => running.Yielding.IsEmpty),
        $"{job} holds {accelerators}",
        TimeSpan.FromMinutes(2));
}
