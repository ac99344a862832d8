using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestModelGrain(string key) : IModelGrain
{
    private ImmutableList<ModelVersion> versions = [];
    private long issue;

    public int Gets { get; private set; }

    public ModelVersion Add(ArtifactInfo artifact)
    {
        var (tenant, name) = FabricKey.Split(key);
        var version = new ModelVersion
        {
            Tenant = tenant,
            Name = name,
            Version = versions.Count + 1,
            Sha256 = artifact.Sha256,
            SizeBytes = artifact.SizeBytes,
            Signature = "",
            Metrics = ImmutableDictionary<string, double>.Empty.Add("accuracy", 0.9),
            Lineage = new ModelLineage { Job = "job", Dataset = "data@1", DataSha256 = "00", CodeVersion = "1" },
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        versions = versions.Add(version);
        return version;
    }

    public Task<ModelVersion> Publish(ModelPublication publication) => throw new NotSupportedException();

    public Task<ModelVersion> Get(int version)
    {
        Gets++;
        return versions.Count > 0 && version >= 0 && version <= versions.Count
            ? Task.FromResult(version == 0 ? versions[^1] : versions[version - 1])
            : throw new FabricNotFoundException($"There is no version {version} of model '{key}'; it has {versions.Count}.");
    }

    public Task<ImmutableArray<ModelVersion>> List() => Task.FromResult<ImmutableArray<ModelVersion>>([.. versions]);

    public Task<long> NextIssue() => Task.FromResult(++issue);
}
