using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>What nodes say of their machines decides where jobs run, through all real parts.</summary>
public sealed class PoolMachineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Submit_WhenRacksAreKnown_AGangIsInOneRack()
    {
        await using var fabric = await StartAsync([Node("a", rack: "r1"), Node("b", rack: "r2"), Node("c", rack: "r1"), Node("d", rack: "r2")]);
        await fabric.Job("single").Submit(JobSamples.Fixed(JobSamples.Endless("single")));
        var single = Assert.Single((await fabric.PoolAsync(pool => pool.Leases.Length == 1, "one runs")).Leases).Node;

        // One of each rack is as near as two of one rack, where nobody tells the pool.
        await fabric.Job("gang").Submit(JobSamples.Fixed(JobSamples.Endless("gang", 2, 2)));
        var leases = (await fabric.PoolAsync(pool => pool.Leases.Length == 3, "the gang runs as well")).Leases;
        var gang = leases.Where(lease => lease.Job == "gang").Select(lease => lease.Node).Order(StringComparer.Ordinal);
        Assert.Equal(single is "a" or "c" ? ["b", "d"] : new[] { "a", "c" }, gang);
        await EndAsync(fabric, "single", "gang");
    }

    [Fact]
    public async Task Submit_WhenAMachineIsTooSmall_IsPlacedElsewhereOrWaitsOrIsRefused()
    {
        await using var fabric = await StartAsync([Node("a", memory: 1L << 30), Node("b", memory: 8L << 30, cores: 2.5)]);
        await fabric.Job("large").Submit(JobSamples.Fixed(Wants("large", 2, 4L << 30)));
        Assert.Equal("b", Assert.Single((await fabric.PoolAsync(pool => pool.Leases.Length == 1, "it runs")).Leases).Node);

        await fabric.Job("next").Submit(Wants("next", 0, 2L << 30));
        await fabric.PoolAsync(
            pool => pool.Queue.Length == 1 && pool.Queue[0].Reason.Contains("memory", StringComparison.Ordinal), "the next waits for the machine with more memory");
        var refused = await Assert.ThrowsAsync<FabricRefusedException>(() => fabric.Job("never").Submit(Wants("never", 3, 4L << 30)));
        Assert.Contains("cpuCoresPerAccelerator is 3, beside 1 accelerator;", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the pool's machines have room for that beside none", refused.Message, StringComparison.Ordinal);
        await fabric.Job("large").Cancel("done");
        Assert.Equal("b", Assert.Single((await fabric.PoolAsync(pool => pool.Leases.Any(lease => lease.Job == "next"), "the next runs there")).Leases).Node);
        await EndAsync(fabric, "next");
    }

    [Fact]
    public async Task Reclaim_OfASpotNode_MovesItsJobBeforeAndLosesNoSample()
    {
        // However fast it trains, it is in the middle when it is asked to move.
        using var gate = new StepGate();
        var watch = new MoveWatch();
        await using var fabric = await StartAsync(
            [Node("a", spot: true) with { Device = gate.Name }, Node("b", spot: true) with { Device = gate.Name }],
            LongLead,
            silo =>
            {
                silo.Services.AddSingleton<IAcceleratorDriver>(gate);
                silo.AddOutgoingGrainCallFilter(watch);
            });
        await fabric.Job("mover").Submit(JobSamples.Spec("mover", 1, 1, epochs: 800, batchSize: 10));
        await fabric.TrainingAsync("mover");
        gate.Arm();
        await gate.Entered.OrFailAsync("a step runs", Limit);
        var node = Assert.Single((await fabric.Pool.GetStatus()).Leases).Node;

        await fabric.Pool.SetReclaim(node, TimeSpan.FromMinutes(30));
        await watch.IsAsked.OrFailAsync("the job is asked to move", Limit);
        gate.Open();
        await watch.IsGiven(node == "a" ? "b" : "a").OrFailAsync("the job on the other node", Limit);
        var pool = await fabric.PoolAsync(pool => pool.Leases.All(lease => lease.Node != node), "the node is empty");
        var taken = pool.Nodes.Single(known => known.Name == node);
        Assert.Equal((NodeState.Ready, true), (taken.State, taken.Host!.IsReclaimable));
        Assert.True(taken.ReclaimAt > DateTimeOffset.UtcNow);

        // The node is not missed when it is gone.
        if (node != fabric.NodeOf(fabric.Job("mover")) && node != fabric.NodeOf(fabric.Pool))
        {
            await fabric.KillAsync(node);
        }

        var status = await Eventually.GetAsync(
            () => fabric.Job("mover").GetStatus(), status => status.State is not (JobState.Running or JobState.Queued), "it ends", Limit);
        Assert.True(status.State == JobState.Succeeded, status.Reason);
        Assert.Equal((800L * 200, 800L * 200, 800L * 20), (status.Progress!.SamplesDone, status.Progress.SamplesTotal, status.Progress.Step));
    }

    [Fact]
    public async Task Reclaim_WhileItLasts_KeepsNewWorkAwayUntilItIsCancelled()
    {
        await using var fabric = await StartAsync([Node("a"), Node("b")], LongLead);
        await fabric.Pool.SetReclaim("b", TimeSpan.FromMinutes(30));
        await fabric.Job("first").Submit(JobSamples.Endless("first"));
        Assert.Equal("a", Assert.Single((await fabric.PoolAsync(pool => pool.Leases.Length == 1, "it runs")).Leases).Node);
        await fabric.Job("second").Submit(JobSamples.Endless("second"));
        await fabric.PoolAsync(
            pool => pool.Queue.Length == 1 && !pool.Queue[0].Reason.Contains("next scheduling round", StringComparison.Ordinal), "the second waits with a reason");
        Assert.DoesNotContain((await fabric.Pool.GetStatus()).Leases, lease => lease.Node == "b");

        // Also for the next activation of the pool.
        await fabric.DeactivateAsync(fabric.Pool);
        Assert.NotNull((await fabric.Pool.GetStatus()).Nodes.Single(node => node.Name == "b").ReclaimAt);
        await fabric.Pool.SetReclaim("b", null);
        await fabric.PoolAsync(pool => pool.Leases.Length == 2, "it runs when the node stays");
        await EndAsync(fabric, "first", "second");
    }

    [Fact]
    public async Task Reclaim_WhenRoundsAreFarApart_StillEmptiesTheNodeInTime()
    {
        await using var fabric = await StartAsync([Node("a"), Node("b")], options =>
        {
            (options.RoundPeriod, options.RestartSeconds) = (TimeSpan.FromHours(1), 0);
            options.Spot = new SpotOptions { LeadSeconds = 3_600 };
        });
        await fabric.Job("mover").Submit(JobSamples.Endless("mover"));
        await fabric.TrainingAsync("mover");
        var node = Assert.Single((await fabric.Pool.GetStatus()).Leases).Node;
        await fabric.Pool.SetReclaim(node, TimeSpan.FromSeconds(3_602));
        await Eventually.GetAsync(
            () => fabric.Pool.GetStatus(), pool => pool.Leases.Length == 1 && pool.Leases[0].Node != node, "the job on the other node", Limit);
        await EndAsync(fabric, "mover");
    }

    [Fact]
    public async Task Reclaim_WhenTheNodeIsNotThereOrTheTimeIsWrong_IsRefused()
    {
        await using var fabric = await StartAsync([Node("a")]);
        await Assert.ThrowsAsync<FabricNotFoundException>(() => fabric.Pool.SetReclaim("nowhere", TimeSpan.Zero));
        foreach (var wrong in new[] { TimeSpan.FromSeconds(-1), TimeSpan.FromDays(30.1) })
        {
            var error = await Assert.ThrowsAsync<FabricRefusedException>(() => fabric.Pool.SetReclaim("a", wrong));
            Assert.Contains($"within is {wrong}; allowed: 00:00:00 to 30.00:00:00", error.Message, StringComparison.Ordinal);
        }

        // Started anew, it is another machine.
        await fabric.Pool.SetReclaim("a", TimeSpan.FromDays(1));
        var node = Assert.Single((await fabric.Pool.GetStatus()).Nodes);
        Assert.NotNull(node.ReclaimAt);
        await fabric.Pool.Join(node with { Incarnation = node.Incarnation + 1 });
        await fabric.Pool.Join(node);
        Assert.Null(Assert.Single((await fabric.Pool.GetStatus()).Nodes).ReclaimAt);
    }

    [Fact]
    public async Task Submit_WhenThePoolMindsCost_StartsOnTheCheapNode()
    {
        await using var fabric = await StartAsync(
            [Node("a", price: 5), Node("b", price: 4), Node("c", price: 0.5m)], options => options.Cost = new CostOptions());
        await fabric.Job("frugal").Submit(JobSamples.Endless("frugal"));
        Assert.Equal("c", Assert.Single((await fabric.PoolAsync(pool => pool.Leases.Length == 1, "it runs")).Leases).Node);
        await fabric.Job("second").Submit(JobSamples.Endless("second"));
        var leases = (await fabric.PoolAsync(pool => pool.Leases.Length == 2, "the second as well")).Leases;
        Assert.Equal("b", leases.Single(lease => lease.Job == "second").Node);
        await EndAsync(fabric, "frugal", "second");
    }

    [Fact]
    public async Task Join_OfANodeThatMakesNoSense_IsRefusedAndTheRestGoesOn()
    {
        await using var fabric = await StartAsync([Node("a", cores: 2.5)]);
        var node = Assert.Single((await fabric.Pool.GetStatus()).Nodes);
        Assert.Equal((2.5, true), (node.Host!.CpuCores, node.Host.MemoryBytes > 1 << 20));
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => fabric.Pool.Join(node with { Name = "evil", Host = node.Host with { CpuCores = double.NaN } }));
        Assert.Equal("Pool default cannot take node 'evil': node.host.CpuCores is NaN; allowed: 0 to 65536.", error.Message);
        Assert.Equal("a", Assert.Single((await fabric.Pool.GetStatus()).Nodes).Name);
    }

    // So long before its end a node is emptied that no test has to wait for it.
    private static void LongLead(PoolOptions options) => options.Spot = new SpotOptions { LeadSeconds = 3_600 };

    private static Task<FabricCluster> StartAsync(
        IEnumerable<TestNode> nodes, Action<PoolOptions>? pool = null, Action<ISiloBuilder>? silo = null) => PrepareAsync(FabricCluster.StartAsync(
        nodes,
        pool: options =>
        {
            // Nodes of one test machine are alike, by their scores.
            (options.RoundPeriod, options.LearnSpeeds) = (TimeSpan.FromMilliseconds(500), false);
            pool?.Invoke(options);
        },
        silo: silo));

    private static async Task<FabricCluster> PrepareAsync(Task<FabricCluster> starting)
    {
        var fabric = await starting;
        await fabric.AddDatasetAsync(JobSamples.Data);
        return fabric;
    }

    private static TestNode Node(string name, string rack = "", long? memory = null, double? cores = null, decimal? price = null, bool spot = false) => new(name, ScoreGflops: 10)
    {
        Host = new HostOptions { Rack = rack, MemoryBytes = memory, CpuCores = cores, PricePerAcceleratorHour = price, IsReclaimable = spot },
    };

    private static JobSpec Wants(string name, double cores, long memory)
    {
        var spec = JobSamples.Endless(name);
        return spec with { Resources = spec.Resources with { CpuCoresPerAccelerator = cores, HostMemoryBytesPerAccelerator = memory } };
    }

    private static async Task EndAsync(FabricCluster fabric, params IEnumerable<string> jobs)
    {
        foreach (var job in jobs)
        {
            await fabric.Job(job).Cancel("done");
        }

        await fabric.IdleAsync();
    }

    /// <summary>Tells when a job is asked to give leases back, and when nodes have taken some.</summary>
    private sealed class MoveWatch : IOutgoingGrainCallFilter
    {
        private readonly TaskCompletionSource _isAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _given = new(StringComparer.Ordinal);

        public Task IsAsked => _isAsked.Task;

        public Task IsGiven(string node) => Of(node).Task;

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceMethod is { Name: nameof(IJobGrain.Yield) } asked && asked.DeclaringType == typeof(IJobGrain))
            {
                _isAsked.TrySetResult();
            }

            await context.Invoke();
            if (context.InterfaceMethod is { Name: nameof(INodeGrain.Grant) } given && given.DeclaringType == typeof(INodeGrain))
            {
                Of(context.TargetId.Key.ToString()!).TrySetResult();
            }
        }

        private TaskCompletionSource Of(string node) => _given.GetOrAdd(node, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
