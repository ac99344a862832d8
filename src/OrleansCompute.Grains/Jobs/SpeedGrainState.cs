using Orleans;

namespace OrleansCompute.Grains.Jobs;

/// <summary>What is stored of the speeds of a tenant's jobs.</summary>
[GenerateSerializer, Alias("oc.speed-state.v1")]
public sealed class SpeedGrainState
{
    /// <summary>Samples per 10⁹ operations by kind of accelerator, by what jobs have in common; the last to be learned last.</summary>
    [Id(0)] public List<KeyValuePair<string, Dictionary<string, double>>> Likes { get; set; } = [];
}
