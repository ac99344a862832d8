using OrleansCompute.Edge.Agent.Connections;

namespace OrleansCompute.Edge.Agent.Tests;

/// <summary>A connection in memory whose acknowledgements the test decides.</summary>
internal sealed class ScriptedConnection : IAgentConnection
{
    private readonly Lock _gate = new();
    private readonly List<(string Topic, byte[] Payload)> _published = [];

    /// <summary>Called for every message in order; the returned task is the acknowledgement. Default: acknowledged at once.</summary>
    public Func<string, ReadOnlyMemory<byte>, Task> OnPublish { get; set; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<(string Topic, byte[] Payload)> Published
    {
        get
        {
            lock (_gate)
            {
                return [.. _published];
            }
        }
    }

    public Task WhenConnectedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _published.Add((topic, payload.ToArray()));
        }

        return OnPublish(topic, payload).WaitAsync(cancellationToken);
    }
}
