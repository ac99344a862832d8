using System.Collections.Immutable;
using OrleansCompute.Cli.Commands;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Cli.Tests.Commands;

public sealed class TenantShowCommandTests
{
    private static readonly TenantSpec Spec = new()
    {
        Name = "acme", Quota = ImmutableDictionary<string, int>.Empty.Add("gpu", 3), Guaranteed = ImmutableDictionary<string, int>.Empty.Add("cpu", 1),
    };

    [Fact]
    public void Rows_OfAPool_HaveItsKindsAndThoseOfLimits()
    {
        var pool = new PoolSnapshot
        {
            Name = "p", Queue = [],
            Nodes =
            [
                Node("a", NodeState.Ready, "cpu", "tpu"), Node("b", NodeState.Lost, "tpu"),
            ],
            Leases = [Lease(1, "acme", 0.25), Lease(2, "acme", 0.5), Lease(3, "other", 0.25)],
        };
        Assert.Equal(
            [
                new TenantShowCommand.Row("cpu", 0.75, null, 1, 1), new TenantShowCommand.Row("gpu", 0, 3, null, 0), new TenantShowCommand.Row("tpu", 0, null, null, 1),
            ],
            TenantShowCommand.Rows(Spec, pool));
        Assert.Equal((0.75, 0.75, 0.0), (TenantView.Held(pool, "acme"), TenantView.Held(pool, "acme", "cpu"), TenantView.Held(pool, "acme", "tpu")));
    }

    [Fact]
    public void Rows_ForOneWhoMayNotSeeThePool_HaveTheLimits() => Assert.Equal(
        [new TenantShowCommand.Row("cpu", 0, null, 1, null), new TenantShowCommand.Row("gpu", 0, 3, null, null)], TenantShowCommand.Rows(Spec, null));

    private static Lease Lease(long id, string tenant, double share) => new()
    {
        Id = id, Pool = "p", Tenant = tenant, Job = "j", Node = "a", NodeIncarnation = 1, Accelerator = "a0", ScoreGflops = 1, GrantedAt = DateTimeOffset.UnixEpoch,
        ComputeShareFraction = share, Kind = "cpu",
    };

    private static NodeSnapshot Node(string name, NodeState state, params string[] kinds) => new()
    {
        Name = name, Incarnation = 1, State = state, ReportedAt = DateTimeOffset.UnixEpoch,
        Accelerators =
        [
            .. kinds.Select((kind, i) => new AcceleratorSnapshot
            {
                Accelerator = new AcceleratorDescription { Name = $"a{i}", Kind = kind, Threads = 1, ComputeShareFraction = 1 }, BusyFraction = 0,
            }),
        ],
    };
}
