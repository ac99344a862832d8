using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Grains.Pools;

/// <summary>The nodes of a pool as the policy sees them: accelerators of one node and one kind are one node of the model.</summary>
internal sealed class PoolLayout
{
    // Each is looked at for each job on the data that is placed. What more nodes than that hold is never far.
    private const int MaxHolders = 64;
    private readonly Dictionary<(string Node, string Accelerator), (int Node, int Device)> _places = [];
    private readonly Dictionary<string, List<string>> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _holders = new(StringComparer.Ordinal);
    private readonly ImmutableArray<Member>.Builder _members = ImmutableArray.CreateBuilder<Member>();

    /// <param name="state">The pool.</param>
    /// <param name="pricePerAcceleratorHour">What tenants pay for an accelerator at least: what it counts for where its node says no price.</param>
    /// <param name="emptyUpTo">Nodes that are taken away up to then are drained.</param>
    public PoolLayout(PoolGrainState state, double pricePerAcceleratorHour, DateTimeOffset emptyUpTo)
    {
        LeastPrice = pricePerAcceleratorHour;
        var nodes = ImmutableArray.CreateBuilder<NodeSnapshot>();
        var holders = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var scores = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var best = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var node in state.Nodes.Values.OrderBy(node => node.Name, StringComparer.Ordinal))
        {
            var reclaim = state.Reclaims.TryGetValue(node.Name, out var at) ? at : (DateTimeOffset?)null;
            var kinds = node.Accelerators.GroupBy(slot => slot.Accelerator.Kind, StringComparer.Ordinal).ToList();
            foreach (var kind in kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal))
            {
                var slots = kind.OrderBy(slot => slot.Accelerator.Name, StringComparer.Ordinal).ToList();
                for (var device = 0; device < slots.Count; device++)
                {
                    _places[(node.Name, slots[device].Accelerator.Name)] = (nodes.Count, device);
                }

                var host = HostPart.Of(node, slots.Count);
                var score = Math.Max(1e-3, slots.Average(slot => slot.Accelerator.ScoreGflops));
                (_names.TryGetValue(node.Name, out var names) ? names : _names[node.Name] = []).Add(kinds.Count == 1 ? node.Name : $"{node.Name}/{kind.Key}");
                nodes.Add(new NodeSnapshot
                {
                    Name = _names[node.Name][^1],
                    AcceleratorType = kind.Key,
                    Accelerators = slots.Count,
                    ScoreGflops = score,
                    AcceleratorMemoryBytes = slots.Min(slot => slot.Accelerator.MemoryBytes),
                    CpuCores = host.CpuCores,
                    HostMemoryBytes = host.MemoryBytes,

                    // Kinds of one machine are near each other at least.
                    Rack = node.Host is { Rack.Length: > 0 } known ? known.Rack : kinds.Count == 1 ? "" : node.Name,
                    IsReady = node.State != Contracts.Nodes.NodeState.Lost,

                    // The policy would do it as well, but then nobody would know why nothing is put there.
                    IsDraining = state.Draining.Contains(node.Name) || reclaim <= emptyUpTo,
                    IsReclaimable = node.Host?.IsReclaimable ?? false,
                    ReclaimSeconds = reclaim is { } end ? PoolQuestion.ToSeconds(end) : null,
                    PricePerAcceleratorHour = (double?)node.Host?.PricePerAcceleratorHour ?? pricePerAcceleratorHour,
                    WattsPerAccelerator = node.Host?.WattsPerAccelerator ?? 0,
                });
                _members.Add(new Member(
                    node.Name,
                    node.Incarnation,
                    kind.Key,
                    [.. slots.Select(slot => (slot.Accelerator.Name, slot.Accelerator.ScoreGflops))]));
                (scores.TryGetValue(kind.Key, out var measured) ? measured : scores[kind.Key] = []).Add(score);
                best[kind.Key] = Math.Max(best.GetValueOrDefault(kind.Key, 1e-3), slots.Max(slot => slot.Accelerator.ScoreGflops));
            }

            foreach (var dataset in node.State == Contracts.Nodes.NodeState.Lost || node.Datasets.IsDefault ? [] : node.Datasets)
            {
                var names = holders.TryGetValue(dataset, out var known) ? known : holders[dataset] = [];
                names.AddRange(KnownNamesOf(node.Name).Take(MaxHolders - names.Count));
            }
        }

        foreach (var (dataset, names) in holders)
        {
            _holders[dataset] = [.. names];
        }

        Nodes = nodes.ToImmutable();
        BestScores = best;
        Scores = scores.ToDictionary(entry => entry.Key, entry => entry.Value.Average(), StringComparer.Ordinal);
    }

    /// <summary>What tenants pay for an accelerator for an hour at least, whatever it costs the operator.</summary>
    public double LeastPrice { get; }

    /// <summary>For the policy.</summary>
    public ImmutableArray<NodeSnapshot> Nodes { get; }

    /// <summary>Measured score of each kind.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; }

    /// <summary>Measured score of the fastest of each kind.</summary>
    public IReadOnlyDictionary<string, double> BestScores { get; }

    /// <summary>What a node of the model stands for.</summary>
    public Member this[int node] => _members[node];

    /// <summary>What a node of the fabric is called in the model: by its own name, or by as many as it has kinds of accelerators.</summary>
    /// <exception cref="FabricRefusedException">There is no such node.</exception>
    public IEnumerable<string> NamesOf(string node)
    {
        var names = KnownNamesOf(node).ToList();
        return names.Count > 0 ? names : throw new FabricRefusedException(
            $"The node is '{node}'; the pool has: {string.Join(", ", _members.Select(member => member.Node).Distinct(StringComparer.Ordinal))}.");
    }

    /// <summary>The same, and nothing where there is no such node.</summary>
    public IEnumerable<string> KnownNamesOf(string node) => _names.TryGetValue(node, out var names) ? names : [];

    /// <summary>Nodes of the model that hold a dataset in memory, at most 64; none where it is empty.</summary>
    public ImmutableArray<string> Holding(string? dataset) => dataset is { Length: > 0 } && _holders.TryGetValue(dataset, out var names) ? names : [];

    /// <summary>What leases are to the policy. Leases on accelerators that no node has any more are left out.</summary>
    public Allocation ToAllocation(IEnumerable<Lease> leases)
    {
        var shares = new List<NodeShare>();
        foreach (var lease in leases.OrderBy(lease => lease.Id))
        {
            if (!_places.TryGetValue((lease.Node, lease.Accelerator), out var place))
            {
                continue;
            }

            if (lease.ComputeShareFraction < 1)
            {
                return Allocation.OfDevice(new DeviceShare(place.Node, place.Device, lease.ComputeShareFraction, lease.MemoryBytes));
            }

            var index = shares.FindIndex(share => share.Node == place.Node);
            if (index < 0)
            {
                shares.Add(new NodeShare(place.Node, 1));
            }
            else
            {
                shares[index] = new NodeShare(place.Node, shares[index].Accelerators + 1);
            }
        }

        return Allocation.Of([.. shares]);
    }

    /// <summary>A node of the model.</summary>
    /// <param name="Node">Its node in the fabric.</param>
    /// <param name="Incarnation">Run of that node.</param>
    /// <param name="Kind">Kind of all its accelerators.</param>
    /// <param name="Accelerators">Names and scores, by index of the device.</param>
    internal sealed record Member(
        string Node, long Incarnation, string Kind, ImmutableArray<(string Name, double ScoreGflops)> Accelerators);
}
