namespace OrleansCompute.Contracts.Storage;

/// <summary>Inference results of devices. Thread-safe; appends of many callers share a commit.</summary>
public interface IInferenceStore
{
    /// <summary>Stores results, on disk when the task completes. A sample that the device already sent for this model version is ignored.</summary>
    /// <returns>How many were new.</returns>
    ValueTask<int> AppendInferencesAsync(
        string tenant, string device, string model, int version, IReadOnlyList<InferenceResult> results, CancellationToken cancellationToken);

    /// <summary>All results of a model version, by device and sample.</summary>
    IAsyncEnumerable<DeviceInference> ReadInferencesAsync(
        string tenant, string model, int version, CancellationToken cancellationToken);
}
