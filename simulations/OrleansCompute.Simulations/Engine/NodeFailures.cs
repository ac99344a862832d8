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

    /// <summary>The time of the next event.</summary>
    public double NextSeconds => _events.TryPeek(out _, out var seconds) ? seconds : double.PositiveInfinity;

    /// <summary>Takes the next event; there must be one.</summary>
    public (int Node, bool IsFailure) Take()
    {
        _events.TryDequeue(out var next, out var seconds);
        _events.Enqueue((next.Node, !next.IsFailure), seconds + (next.IsFailure ? _repairSeconds : Draw()));
        return next;
    }

    private double Draw() => -_mtbfSeconds * Math.Log(1 - _random.NextDouble());
}
