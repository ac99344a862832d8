using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Grains.Models;

/// <inheritdoc cref="IModelGrain"/>
internal sealed class ModelGrain(
    [PersistentState("model")] IPersistentState<ModelState> storage,
    IArtifactStore artifacts,
    IModelSigner signer,
    TimeProvider clock) : Grain, IModelGrain
{
    private (string Tenant, string Name) Key => FabricKey.Split(this.GetPrimaryKeyString());

    public async Task<ModelVersion> Publish(ModelPublication publication)
    {
        var (tenant, name) = Key;
        FabricNames.Require("model", name);
        var artifact = artifacts.Find(publication.Sha256)
            ?? throw new FabricRefusedException($"There is no artifact {publication.Sha256}; store the ONNX file first.");
        if (publication.Lineage.Job is { Length: > 0 } job
            && storage.State.Versions.Find(known => known.Lineage.Job == job && known.Sha256 == artifact.Sha256) is { } published)
        {
            // The job published it but did not hear so, and ended another time from its last checkpoint.
            return published;
        }

        await GrainFactory.GetGrain<ITenantGrain>(tenant).Register(TenantResource.Model, name);
        var number = storage.State.Versions.Count + 1;
        var version = new ModelVersion
        {
            Tenant = tenant,
            Name = name,
            Version = number,
            Sha256 = artifact.Sha256,
            SizeBytes = artifact.SizeBytes,
            Signature = Convert.ToBase64String(
                signer.Sign(ModelManifest.CanonicalBytes(tenant, name, number, artifact.SizeBytes, artifact.Sha256))),
            Metrics = publication.Metrics,
            Lineage = publication.Lineage,
            CreatedAt = clock.GetUtcNow(),
        };
        storage.State.Versions.Add(version);
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // Not stored, so not published.
            storage.State.Versions.Remove(version);
            throw;
        }

        return version;
    }

    public Task<ModelVersion> Get(int version)
    {
        var versions = storage.State.Versions;
        var wanted = version == 0 ? versions.Count : version;
        return wanted >= 1 && wanted <= versions.Count
            ? Task.FromResult(versions[wanted - 1])
            : throw new FabricNotFoundException(
                versions.Count == 0
                    ? $"There is no model '{this.GetPrimaryKeyString()}'."
                    : $"There is no version {version} of model '{this.GetPrimaryKeyString()}'; it has 1 to {versions.Count}.");
    }

    public Task<ImmutableArray<ModelVersion>> List() => Task.FromResult<ImmutableArray<ModelVersion>>([.. storage.State.Versions]);

    public async Task<long> NextIssue()
    {
        storage.State.LastIssue++;
        await storage.WriteStateAsync();
        return storage.State.LastIssue;
    }
}
