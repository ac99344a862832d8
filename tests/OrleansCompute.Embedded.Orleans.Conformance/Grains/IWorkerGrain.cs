namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public interface IWorkerGrain : IGrainWithIntegerKey
{
    /// <summary>Ends when two activations have arrived; gives their marks.</summary>
    Task<Guid> Meet();
}
