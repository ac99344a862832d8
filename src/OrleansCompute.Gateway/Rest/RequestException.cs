namespace OrleansCompute.Gateway.Rest;

/// <summary>A request that the API refuses before it reaches a grain.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    /// <summary>HTTP status of the answer.</summary>
    public int Status { get; } = status;
}
