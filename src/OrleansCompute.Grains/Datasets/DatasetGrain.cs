using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Grains.Datasets;

/// <inheritdoc cref="IDatasetGrain"/>
internal sealed class DatasetGrain(
    [PersistentState("dataset")] IPersistentState<DatasetState> storage, DatasetCache datasets, TimeProvider clock) : Grain, IDatasetGrain
{
    public async Task<DatasetVersion> AddVersion(string imagesSha256, string labelsSha256)
    {
        var (tenant, name) = FabricKey.Split(this.GetPrimaryKeyString());
        FabricNames.Require("dataset", name);
        var dataset = await datasets.GetAsync(imagesSha256, labelsSha256);
        if (dataset.Count == 0)
        {
            throw new FabricRefusedException($"Dataset {tenant}/{name} has 0 samples; allowed: 1 or more.");
        }

        var hash = await Task.Run(() => dataset.ContentHash);
        if (storage.State.Versions.Find(version => version.ContentSha256 == hash) is { } known)
        {
            return known;
        }

        await GrainFactory.GetGrain<ITenantGrain>(tenant).Register(TenantResource.Dataset, name);
        var added = new DatasetVersion
        {
            Tenant = tenant,
            Name = name,
            Version = storage.State.Versions.Count + 1,
            ImagesSha256 = imagesSha256,
            LabelsSha256 = labelsSha256,
            Count = dataset.Count,
            Height = dataset.Rows,
            Width = dataset.Columns,
            Classes = dataset.ClassCount,
            ContentSha256 = hash,
            CreatedAt = clock.GetUtcNow(),
        };
        storage.State.Versions.Add(added);
        await storage.WriteStateAsync();
        return added;
    }

    public Task<DatasetVersion> Get(int version)
    {
        var versions = storage.State.Versions;
        var wanted = version == 0 ? versions.Count : version;
        return wanted >= 1 && wanted <= versions.Count
            ? Task.FromResult(versions[wanted - 1])
            : throw new FabricNotFoundException(
                versions.Count == 0
                    ? $"There is no dataset '{this.GetPrimaryKeyString()}'; add it with `oc dataset add`."
                    : $"There is no version {version} of dataset '{this.GetPrimaryKeyString()}'; it has 1 to {versions.Count}.");
    }

    public Task<ImmutableArray<DatasetVersion>> List() => Task.FromResult<ImmutableArray<DatasetVersion>>([.. storage.State.Versions]);
}
