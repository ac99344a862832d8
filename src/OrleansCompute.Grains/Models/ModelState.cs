using Orleans;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Grains.Models;

/// <summary>What is stored of a model.</summary>
[GenerateSerializer, Alias("oc.model-state.v1")]
public sealed class ModelState
{
    /// <summary>Versions, oldest first.</summary>
    [Id(0)] public List<ModelVersion> Versions { get; set; } = [];

    /// <summary>Number of the last offer.</summary>
    [Id(1)] public long LastIssue { get; set; }
}
