namespace OrleansCompute.Simulations.Engine;

/// <summary>When nodes fail and when they are back, drawn from a seed: exponential times between failures, a fixed time of repair.</summary>
internal sealed class NodeFailures
{
    private readonly PriorityQueue<(int Node, bool IsFailure), double> _events = new();
    private readonly Random _random;
    private readonly double _mtbfSeconds;
    private readonly double _repairSeconds;

    public NodeFailures(int nodes, SimulationOptions options)
    {
        _random = new Random(options.Seed);
        _mtbfSeconds = options.NodeMtbfSeconds;
        _repairSeconds = options.NodeRepairSeconds;
        if (double.IsFinite(_mtbfSeconds))
        {
            for (var node = 0; node < nodes; node++)
            {
                _events.Enqueue((node, true), Draw());
            }
        }
    }

    /// <summary>The next event before a time.</summary>
    public bool TryTake(double beforeSeconds, out double seconds, out int node, out bool isFailure)
    {
        if (!_events.TryPeek(out var next, out seconds) || seconds >= beforeSeconds)
        {
            (node, isFailure) = (-1, false);
            return false;
        }

        _events.Dequeue();
        (node, isFailure) = next;
        _events.Enqueue((node, !isFailure), seconds + (isFailure ? _repairSeconds : Draw()));
        return true;
    }

    private double Draw() => -_mtbfSeconds * Math.Log(1 - _random.NextDouble());
}
