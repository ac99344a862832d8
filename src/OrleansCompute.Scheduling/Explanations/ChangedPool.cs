using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>Applies a change to a round. Nodes keep their numbers: one that goes is lost, one that comes is added at the end.</summary>
internal static class ChangedPool
{
    public static PoolRound Ask(PoolRound round, PoolChange change)
    {
        change.Validate();
        var cluster = new ClusterSnapshot(Nodes(round, change), Tenants(round.Cluster.Tenants, change), round.Cluster.History);
        return PoolRound.Ask(round.Policy, cluster, Jobs(round, change), round.NowSeconds);
    }

    private static ImmutableArray<NodeSnapshot> Nodes(PoolRound round, PoolChange change)
    {
        var nodes = round.Cluster.Nodes.ToBuilder();
        foreach (var name in Some(change.Drained))
        {
            var node = IndexOf(round.Cluster, name);
            nodes[node] = nodes[node] with { IsDraining = true };
        }

        foreach (var wanted in Some(change.Nodes))
        {
            if (wanted.Count < 0)
            {
                Remove(round, nodes, wanted);
            }
            else
            {
                Add(nodes, wanted);
            }
        }

        return nodes.ToImmutable();
    }

    private static void Add(ImmutableArray<NodeSnapshot>.Builder nodes, NodesChange wanted)
    {
        var like = nodes.Where(node => node.AcceleratorType == wanted.Type).MaxBy(node => node.Accelerators);
        if (like is null && wanted.AcceleratorsPerNode is null)
        {
            throw new ArgumentException(
                $"AcceleratorsPerNode of the new nodes of type '{wanted.Type}' is not set; the pool has no such node to go by, so give it, 1 to 1024.");
        }

        like ??= new NodeSnapshot { Name = "", AcceleratorType = wanted.Type, Accelerators = 0 };
        var names = nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        for (int i = 1, added = 0; added < wanted.Count; i++)
        {
            var name = $"new-{wanted.Type}-{i}";
            if (names.Add(name))
            {
                nodes.Add(like with
                {
                    Name = name, Accelerators = wanted.AcceleratorsPerNode ?? like.Accelerators, IsReady = true, IsDraining = false, ReclaimSeconds = null,
                });
                added++;
            }
        }
    }

    private static void Remove(PoolRound round, ImmutableArray<NodeSnapshot>.Builder nodes, NodesChange wanted)
    {
        var held = new int[nodes.Count];
        foreach (var share in round.Decisions.SelectMany(decision => decision.Allocation.Shares))
        {
            held[share.Node] += share.Accelerators;
        }

        var there = Enumerable.Range(0, nodes.Count).Where(node => nodes[node].IsReady && nodes[node].AcceleratorType == wanted.Type)
            .OrderByDescending(node => nodes[node].Accelerators - held[node]).ThenByDescending(node => node).ToList();
        if (there.Count < -wanted.Count)
        {
            throw new ArgumentException($"Nodes of type '{wanted.Type}' shall be {-wanted.Count} fewer; the pool has {there.Count} that are ready.");
        }

        foreach (var node in there.Take(-wanted.Count))
        {
            nodes[node] = nodes[node] with { IsReady = false };
        }
    }

    private static ImmutableArray<JobSnapshot> Jobs(PoolRound round, PoolChange change)
    {
        var jobs = round.Jobs.ToBuilder();
        foreach (var wanted in Some(change.Jobs))
        {
            var job = IndexOf(round, wanted.JobId);
            jobs[job] = wanted.Apply(jobs[job]);
        }

        var withdrawn = Some(change.Withdrawn).Select(job => IndexOf(round, job)).ToHashSet();
        return [.. jobs.Where((_, job) => !withdrawn.Contains(job)), .. Some(change.Submitted)];
    }

    private static TenantTree Tenants(TenantTree tree, PoolChange change)
    {
        if (Some(change.Quotas).IsEmpty)
        {
            return tree;
        }

        var tenants = tree.Tenants.ToList();
        foreach (var wanted in change.Quotas)
        {
            var index = tenants.FindIndex(tenant => tenant.Name == wanted.Tenant);
            if (index < 0)
            {
                tenants.Add(wanted.Apply(new TenantQuota { Name = wanted.Tenant }));
            }
            else
            {
                tenants[index] = wanted.Apply(tenants[index]);
            }
        }

        return TenantTree.Create(tenants, tree.IsFlat ? TenantTree.DefaultHalfLifeSeconds : tree.HalfLifeSeconds);
    }

    private static int IndexOf(PoolRound round, string job) => round.IndexOf(job) is var index and >= 0
        ? index
        : throw new ArgumentException($"JobId is '{job}'; the round has no job of this name.");

    private static int IndexOf(ClusterSnapshot cluster, string name)
    {
        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            if (cluster.Nodes[node].Name == name)
            {
                return node;
            }
        }

        throw new ArgumentException($"Drained names node '{name}'; the pool has no node of this name.");
    }

    private static ImmutableArray<T> Some<T>(ImmutableArray<T> list) => list.IsDefault ? [] : list;
}
