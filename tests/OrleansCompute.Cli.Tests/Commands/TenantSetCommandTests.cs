using System.Collections.Immutable;
using OrleansCompute.Cli.Commands;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Cli.Tests.Commands;

public sealed class TenantSetCommandTests
{
    [Fact]
    public void Notes_WhenLimitsAreAboveWhatThePoolHas_NameBoth()
    {
        var limits = ImmutableDictionary<string, int>.Empty.Add("cpu", 3).Add("gpu", 1);
        var spec = new TenantSpec { Name = "a", Quota = limits, Guaranteed = limits };

        // A lost node is not there.
        var pool = Pool(Node("x", NodeState.Ready, "cpu", "cpu"), Node("y", NodeState.Draining, "cpu"), Node("z", NodeState.Lost, "gpu", "cpu"));

        Assert.Equal(
            [
                "note: its quota is 1 × gpu; pool p has 0 at present, so that it limits nothing.",
                "note: it is guaranteed 1 × gpu; pool p has 0 at present, and more cannot be kept.",
            ],
            TenantSetCommand.Notes(spec, pool));
        Assert.Empty(TenantSetCommand.Notes(spec, Pool(Node("x", NodeState.Ready, "cpu", "cpu", "cpu", "gpu"))));
    }

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
