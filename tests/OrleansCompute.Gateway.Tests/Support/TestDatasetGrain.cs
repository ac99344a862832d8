using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestDatasetGrain(string key) : IDatasetGrain
{
    private ImmutableList<DatasetVersion> versions = [];

    public Task<DatasetVersion> AddVersion(string imagesSha256, string labelsSha256)
    {
        var (tenant, name) = FabricKey.Split(key);
        var version = new DatasetVersion
        {
            Tenant = tenant,
            Name = name,
            Version = versions.Count + 1,
            ImagesSha256 = imagesSha256,
            LabelsSha256 = labelsSha256,
            Count = 4,
            Height = 28,
            Width = 28,
            Classes = 10,
            ContentSha256 = "00",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        versions = versions.Add(version);
        return Task.FromResult(version);
    }

    public Task<DatasetVersion> Get(int version) => versions.Count > 0
        ? Task.FromResult(versions[^1])
        : throw new FabricNotFoundException($"There is no dataset '{key}'.");

    public Task<ImmutableArray<DatasetVersion>> List() => Task.FromResult<ImmutableArray<DatasetVersion>>([.. versions]);
}
