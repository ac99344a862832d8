using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Jobs;

/// <summary>How fast finished jobs of a tenant were, by what jobs of equal speed have in common. Key: tenant.</summary>
[Alias("oc.ISpeedGrain")]
public interface ISpeedGrain : IGrainWithStringKey
{
    /// <summary>Takes in a finished job; of each kind the best that was ever seen counts.</summary>
    Task Learn(string like, ImmutableArray<KindSpeed> speeds);

    /// <summary>What is known of jobs like this; empty where nothing is.</summary>
    Task<ImmutableArray<KindSpeed>> Get(string like);
}
