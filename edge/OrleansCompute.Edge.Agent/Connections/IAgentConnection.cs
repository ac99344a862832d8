namespace OrleansCompute.Edge.Agent.Connections;

/// <summary>The way to the fabric, as the parts of the agent see it. Thread-safe.</summary>
internal interface IAgentConnection
{
    /// <summary>Completes when there is a connection, at once if there is one already.</summary>
    Task WhenConnectedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Publishes at least once; completes when the other side has acknowledged. Calls leave in the order in which they are made,
    /// so many may be under way at once.
    /// </summary>
    /// <exception cref="AgentConnectionException">It was not acknowledged.</exception>
    Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}
