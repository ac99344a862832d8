using System.Collections.Immutable;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Contracts.Tests.Tenants;

public sealed class CapacityNotesTests
{
    [Fact]
    public void OfTenant_WhenLimitsAreAboveWhatThePoolHas_NamesBoth()
    {
        var limits = Of(("cpu", 3), ("gpu", 1));
        var spec = new TenantSpec { Name = "a", Quota = limits, Guaranteed = limits };

        // A lost node is not there.
        var pool = Pool(Node("x", NodeState.Ready, "cpu", "cpu"), Node("y", NodeState.Draining, "cpu"), Node("z", NodeState.Lost, "gpu", "cpu"));

        Assert.Equal(
            [
                "its quota is 1 × gpu; pool p has 0 at present, so that it limits nothing.",
                "it is guaranteed 1 × gpu; pool p has 0 at present, and more cannot be kept.",
            ],
            CapacityNotes.OfTenant(spec, pool));
        Assert.Empty(CapacityNotes.OfTenant(spec, Pool(Node("x", NodeState.Ready, "cpu", "cpu", "cpu", "gpu"))));
    }

    [Fact]
    public void Of_WhenGuaranteesTogetherAreAboveWhatThePoolHas_SaysSoOnce()
    {
        var pool = Pool(Node("x", NodeState.Ready, "cpu", "cpu", "cpu", "gpu"));
        TenantSpec[] tenants =
        [
            new() { Name = "a", Guaranteed = Of(("cpu", 2)) }, new() { Name = "b", Guaranteed = Of(("cpu", 2), ("gpu", 2)) }, new() { Name = "c", Guaranteed = Of(("gpu", 1)) },

            // Of what its parent has.
            new() { Name = "a-team", Parent = "a", Guaranteed = Of(("cpu", 2)) },
        ];

        Assert.Equal(
            [
                "Tenant b: it is guaranteed 2 × gpu; pool p has 1 at present, and more cannot be kept.",
                "2 tenants together are guaranteed 4 × cpu; pool p has 3 at present, and more cannot be kept.",
            ],
            CapacityNotes.Of(tenants, pool));
        Assert.Empty(CapacityNotes.Of(tenants.Where(tenant => tenant.Name != "b"), pool));
    }

    private static ImmutableDictionary<string, int> Of(params (string Kind, int Count)[] limits) => limits.ToImmutableDictionary(limit => limit.Kind, limit => limit.Count);

    private static PoolSnapshot Pool(params ImmutableArray<NodeSnapshot> nodes) => new() { Name = "p", Nodes = nodes, Queue = [], Leases = [] };

    private static NodeSnapshot Node(string name, NodeState state, params string[] kinds) => new()
    {
        Name = name,
        Incarnation = 1,
        State = state,
        Accelerators =
        [
            .. kinds.Select((kind, i) => new AcceleratorSnapshot
            {
                Accelerator = new AcceleratorDescription { Name = $"a{i}", Kind = kind, Threads = 1, ComputeShareFraction = 1 }, BusyFraction = 0,
            }),
        ],
        ReportedAt = DateTimeOffset.UnixEpoch,
    };
}
