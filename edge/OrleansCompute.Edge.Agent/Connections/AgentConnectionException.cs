namespace OrleansCompute.Edge.Agent.Connections;

// A message was not acknowledged: the connection was lost, or the other side refused it. The sender tries again.
internal sealed class AgentConnectionException(string message, Exception? inner = null) : Exception(message, inner);
