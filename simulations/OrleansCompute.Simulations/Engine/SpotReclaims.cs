namespace OrleansCompute.Simulations.Engine;

/// <summary>
/// When nodes that were lent are taken back, drawn from a seed: a notice after an exponential time, the reclaim when the notice is over,
/// and another node in its place after a fixed time.
/// </summary>
internal sealed class SpotReclaims
{
    private readonly PriorityQueue<(int Node, SpotEvent Event), double> _events = new();
    private readonly Random _random;
    private readonly SimulationOptions _options;

    public SpotReclaims(IEnumerable<int> nodes, SimulationOptions options)
    {
        _options = options;

        // Another sequence than that of failures, so that each can be added to a run without changing the other.
        _random = new Random(unchecked(options.Seed * 31) + 17);
        if (double.IsFinite(options.SpotMeanSeconds))
        {
            foreach (var node in nodes)
            {
                _events.Enqueue((node, SpotEvent.Notice), Draw());
            }
        }
    }

    /// <summary>The time of the next event.</summary>
    public double NextSeconds => _events.TryPeek(out _, out var seconds) ? seconds : double.PositiveInfinity;

    /// <summary>Takes the next event; there must be one.</summary>
    public (int Node, SpotEvent Event) Take()
    {
        _events.TryDequeue(out var next, out var seconds);
        var (follows, after) = next.Event switch
        {
            SpotEvent.Notice => (SpotEvent.Reclaim, _options.SpotNoticeSeconds),
            SpotEvent.Reclaim => (SpotEvent.Return, _options.SpotAwaySeconds),
            _ => (SpotEvent.Notice, Draw()),
        };
        _events.Enqueue((next.Node, follows), seconds + after);
        return next;
    }

    private double Draw() => -_options.SpotMeanSeconds * Math.Log(1 - _random.NextDouble());
}
