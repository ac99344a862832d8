using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Models;

/// <summary>A model in the registry: versions, hashes, signatures, lineage. Key: tenant/model.</summary>
[Alias("oc.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Checks that the artifact is there, signs it and adds the next version.</summary>
    /// <exception cref="FabricNotFoundException">There is no such artifact.</exception>
    Task<ModelVersion> Publish(ModelPublication publication);

    /// <summary>A version; 0 means the newest.</summary>
    /// <exception cref="FabricNotFoundException">There is no such version.</exception>
    Task<ModelVersion> Get(int version);

    /// <summary>All versions, oldest first.</summary>
    Task<ImmutableArray<ModelVersion>> List();

    /// <summary>The next number of an offer to a device; ascending over restarts, so that a replayed offer can be told.</summary>
    Task<long> NextIssue();
}
