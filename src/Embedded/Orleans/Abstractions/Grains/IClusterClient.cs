namespace Orleans;

/// <summary>A connected client: calls from outside any grain. Thread-safe.</summary>
public interface IClusterClient : IGrainFactory
{
    /// <summary>The services of the client's host.</summary>
    IServiceProvider ServiceProvider { get; }
}
