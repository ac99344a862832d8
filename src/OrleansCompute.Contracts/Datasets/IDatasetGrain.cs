using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Datasets;

/// <summary>A dataset: versions, content hashes. Key: tenant/dataset.</summary>
[Alias("oc.IDatasetGrain")]
public interface IDatasetGrain : IGrainWithStringKey
{
    /// <summary>Reads both artifacts, checks them against one another and adds a version; the same content again gives the version it has.</summary>
    /// <exception cref="FabricRefusedException">An artifact is missing, damaged, or does not fit the other.</exception>
    Task<DatasetVersion> AddVersion(string imagesSha256, string labelsSha256);

    /// <summary>A version; 0 means the newest.</summary>
    /// <exception cref="FabricNotFoundException">There is no such version.</exception>
    Task<DatasetVersion> Get(int version);

    /// <summary>All versions, oldest first.</summary>
    Task<ImmutableArray<DatasetVersion>> List();
}
