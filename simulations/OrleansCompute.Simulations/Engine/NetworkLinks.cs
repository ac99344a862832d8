using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Simulations.Engine;

/// <summary>
/// What jobs that span nodes do to each other on the network. A job loads the link of each of its nodes, and of each of its racks where it
/// has several, for the part of a step in which it communicates; a link that is asked for more than it carries makes all exchanges over it
/// longer by that factor. Links are shared by time, so that two jobs that communicate half of the time fill one.
/// </summary>
internal sealed class NetworkLinks
{
    private readonly double _nodeCapacity;
    private readonly double[] _nodeLoads;
    private readonly int[] _racks;
    private readonly double[] _rackCapacities;
    private readonly double[] _rackLoads;
    private readonly bool _isLimited;

    public NetworkLinks(ClusterSnapshot cluster, SimulationOptions options)
    {
        _nodeCapacity = options.LinkBandwidthRatio;
        _isLimited = double.IsFinite(_nodeCapacity);
        _nodeLoads = new double[cluster.Nodes.Length];
        var names = cluster.Nodes.Select(node => node.Rack).Distinct(StringComparer.Ordinal).ToList();
        _racks = [.. cluster.Nodes.Select(node => names.IndexOf(node.Rack))];
        _rackLoads = new double[names.Count];
        _rackCapacities = [.. names.Select((_, rack) => _racks.Count(other => other == rack) * _nodeCapacity / options.RackOversubscription)];
    }

    public void Update(IReadOnlyList<SimulatedJob> jobs)
    {
        if (!_isLimited)
        {
            return;
        }

        Array.Clear(_nodeLoads);
        Array.Clear(_rackLoads);
        foreach (var job in jobs.Where(job => job.Allocation.Nodes > 1))
        {
            Visit(job, (loads, link, _) => loads[link] += job.CommunicationFraction);
        }
    }

    /// <summary>Speed as a part of that which was measured; above 1 where the network is faster than that.</summary>
    public double SpeedOf(SimulatedJob job)
    {
        if (!_isLimited || job.Allocation.Nodes < 2)
        {
            return 1;
        }

        var slowest = 0.0;
        Visit(job, (loads, link, capacity) => slowest = Math.Max(slowest, Math.Max(1, loads[link]) / capacity));
        var part = job.CommunicationFraction;
        return 1 / (1 - part + (part * slowest));
    }

    private void Visit(SimulatedJob job, Action<double[], int, double> link)
    {
        var racks = new HashSet<int>();
        foreach (var share in job.Allocation.Shares)
        {
            link(_nodeLoads, share.Node, _nodeCapacity);
            racks.Add(_racks[share.Node]);
        }

        if (racks.Count > 1)
        {
            foreach (var rack in racks)
            {
                link(_rackLoads, rack, _rackCapacities[rack]);
            }
        }
    }
}
