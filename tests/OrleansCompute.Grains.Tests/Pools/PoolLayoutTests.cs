using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>What nodes and jobs say reaches the policy.</summary>
public sealed class PoolLayoutTests
{
    private static readonly HostDescription Machine = new()
    {
        CpuCores = 32, MemoryBytes = 64L << 30, Rack = "r7", PricePerAcceleratorHour = 1.25m, WattsPerAccelerator = 300, IsReclaimable = true,
    };

    [Fact]
    public void Nodes_OfAMachineThatSaysAll_CarryIt()
    {
        var pool = Pool(Machine, ("k", 10), ("k", 10));
        pool.State.Reclaims["a"] = PoolSamples.Start.AddMinutes(5);
        var node = Assert.Single(pool.Ask().Cluster.Nodes);
        Assert.Equal((32.0, 64L << 30, "r7"), (node.CpuCores, node.HostMemoryBytes, node.Rack));
        Assert.Equal((1.25, 300.0, true), (node.PricePerAcceleratorHour, node.WattsPerAccelerator, node.IsReclaimable));
        Assert.Equal(pool.Ask().NowSeconds + 300, node.ReclaimSeconds);
    }

    [Fact]
    public void Nodes_OfAMachineThatSaysNothing_LimitNothing()
    {
        var node = Assert.Single(Pool(null, ("k", 10)).Ask().Cluster.Nodes);
        Assert.Equal((0.0, 0L, "", 0.0, false, null), (node.CpuCores, node.HostMemoryBytes, node.Rack, node.WattsPerAccelerator, node.IsReclaimable, node.ReclaimSeconds));
    }

    [Fact]
    public void Nodes_ThatAreTakenSoon_AreDrainedAndWaitingJobsSaySo()
    {
        var pool = Pool(Machine, ("k", 10));
        var lead = PoolPolicies.ReclaimLead(pool.Options);
        Assert.Equal(TimeSpan.FromSeconds(124), lead);
        pool.State.Reclaims["a"] = pool.Now + lead + TimeSpan.FromSeconds(1);
        pool.Job("x");
        Assert.False(pool.Ask().Cluster.Nodes[0].IsDraining);
        Assert.False(pool.Round().Decisions[0].Allocation.IsEmpty);
        pool.Now += TimeSpan.FromSeconds(1);
        Assert.True(pool.Ask().Cluster.Nodes[0].IsDraining);
        var answer = PoolAnswer.Ask(pool.Ask(), TimeProvider.System);
        Assert.Contains("drained", answer.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_OfAMachineOfSeveralKinds_ShareWhatItHas()
    {
        var nodes = Pool(Machine, ("k", 10), ("k", 10), ("k", 10), ("j", 5)).Ask().Cluster.Nodes;
        Assert.Equal([("a/j", 8.0, 16L << 30), ("a/k", 24.0, 48L << 30)], nodes.Select(node => (node.Name, node.CpuCores, node.HostMemoryBytes)));
        Assert.All(nodes, node => Assert.Equal("r7", node.Rack));
        Assert.All(Pool(Machine with { Rack = "" }, ("k", 10), ("j", 5)).Ask().Cluster.Nodes, node => Assert.Equal("a", node.Rack));
    }

    [Fact]
    public void Nodes_OfAnyMachine_GiveNoMoreThanThereIs() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var accelerators = Enumerable.Range(0, random.Next(1, 9)).Select(_ => ($"k{random.Next(4)}", 10.0)).ToArray();
            var host = new HostDescription { CpuCores = random.Next(1, 100) / 4.0, MemoryBytes = random.NextInt64(1, 1L << 40) };
            var nodes = Pool(host, accelerators).Ask().Cluster.Nodes;
            Assert.True(nodes.Sum(node => node.CpuCores) <= host.CpuCores + 1e-6);
            Assert.True(nodes.Sum(node => node.HostMemoryBytes) <= Math.Max(host.MemoryBytes, nodes.Length));
            Assert.All(nodes, node => Assert.True(node is { CpuCores: > 0, HostMemoryBytes: > 0 }));
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Jobs_ThatAskForMore_CarryIt()
    {
        var pool = Pool(Machine, ("k", 10), ("j", 5));
        pool.Job("x", with: request => request with
        {
            CpuCoresPerAccelerator = 2, HostMemoryBytesPerAccelerator = 5, NearNodes = ["a", "gone"], AffinityGroup = "g", IsAntiAffine = true, Budget = 3,
        });
        pool.Job("old", with: request => request with { NearNodes = default, AffinityGroup = null! });
        var jobs = pool.Ask().Jobs;
        Assert.Equal((2.0, 5L, "acme/g", true), (jobs[0].CpuCoresPerAccelerator, jobs[0].HostMemoryBytesPerAccelerator, jobs[0].AffinityGroup, jobs[0].IsAntiAffine));
        Assert.Equal(["a/j", "a/k"], jobs[0].PreferredNodes.Order(StringComparer.Ordinal));
        Assert.Equal((0, ""), (jobs[1].PreferredNodes.Length, jobs[1].AffinityGroup));
    }

    [Fact]
    public void Decide_WhenHostsAreTooSmall_PlacesWhereThereIsRoomAndNoMoreThanThat()
    {
        var pool = new PoolSamples().Node("large", ("k", 10), ("k", 10)).Node("small", ("k", 10), ("k", 10));
        Describe(pool, "large", Machine with { CpuCores = 3, MemoryBytes = 8 });
        Describe(pool, "small", Machine with { CpuCores = 100, MemoryBytes = 3 });
        pool.Job("first", with: Wants);
        pool.Job("second", with: Wants);
        var (changes, decisions) = pool.Round();
        Assert.Equal("large", Assert.Single(Assert.Single(changes).Grants).Node);
        Assert.Contains(decisions, decision => decision.Allocation.IsEmpty);

        static JobRequest Wants(JobRequest request) => request with { CpuCoresPerAccelerator = 2, HostMemoryBytesPerAccelerator = 4 };
    }

    [Fact]
    public void Decide_WhenJobsOfAGroupAreApart_PutsThemOnDifferentNodesOfTheirTenantOnly()
    {
        var pool = new PoolSamples().Node("a", ("k", 10), ("k", 10)).Node("b", ("k", 10), ("k", 10));
        foreach (var (name, tenant) in new[] { ("one", "acme"), ("two", "acme"), ("three", "acme"), ("other", "beta") })
        {
            pool.Job(name, tenant: tenant, with: request => request with { AffinityGroup = "g", IsAntiAffine = true });
        }

        var places = pool.Round().Changes.ToDictionary(change => change.Job.Request.Job, change => change.Grants[0].Node);
        Assert.Equal(3, places.Count);
        Assert.True(places.ContainsKey("other"));
        Assert.Equal(["a", "b"], places.Where(place => place.Key != "other").Select(place => place.Value).Order(StringComparer.Ordinal));
    }

    private static PoolSamples Pool(HostDescription? host, params (string Kind, double Score)[] accelerators)
    {
        var pool = new PoolSamples().Node("a", accelerators);
        Describe(pool, "a", host);
        return pool;
    }

    private static void Describe(PoolSamples pool, string node, HostDescription? host) =>
        pool.State.Nodes[node] = pool.State.Nodes[node] with { Host = host };
}
