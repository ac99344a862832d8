using Orleans;
using OrleansCompute.Contracts.Datasets;

namespace OrleansCompute.Grains.Datasets;

/// <summary>What is stored of a dataset.</summary>
[GenerateSerializer, Alias("oc.dataset-state.v1")]
public sealed class DatasetState
{
    /// <summary>Versions, oldest first.</summary>
    [Id(0)] public List<DatasetVersion> Versions { get; set; } = [];
}
