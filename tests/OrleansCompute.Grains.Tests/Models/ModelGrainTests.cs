using System.Collections.Immutable;
using System.Security.Cryptography;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Models;

[Collection(SharedFabricCollection.Name)]
public sealed class ModelGrainTests(SharedFabric shared)
{
    private readonly FabricCluster _fabric = shared.Fabric;

    [Fact]
    public async Task Publish_WhenArtifactExists_SignsTheManifest()
    {
        var version = await _fabric.Model("signed").Publish(Publication(await _fabric.PutAsync([1, 2, 3])));
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_fabric.Signer.PublicKey.Span, out _);
        Assert.True(Verifies(key, version));
        Assert.False(Verifies(key, version with { Version = version.Version + 1 }));
        Assert.False(Verifies(key, version with { Name = "other" }));
        Assert.False(Verifies(key, version with { Sha256 = new string('0', 64) }));
        Assert.Equal(3, version.SizeBytes);
        Assert.Contains("signed", await _fabric.Tenant.List(TenantResource.Model));
    }

    [Fact]
    public async Task Publish_WhenArtifactIsMissing_IsRefusedAndMakesNoVersion()
    {
        var missing = new string('a', 64);
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Model("ghost").Publish(Publication(missing)));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Assert.Empty(await _fabric.Model("ghost").List());
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Model("ghost").Get(0));
    }

    [Fact]
    public async Task Publish_WhenTheSameJobPublishesTheSameModelAgain_ReturnsTheVersion()
    {
        var model = _fabric.Model("twice");
        var publication = Publication(await _fabric.PutAsync([7]));
        var first = await model.Publish(publication);
        Assert.Equal(first.Version, (await model.Publish(publication)).Version);
        Assert.Equal(2, (await model.Publish(publication with { Lineage = publication.Lineage with { Job = "acme/other" } })).Version);
        Assert.Equal(3, (await model.Publish(publication with { Sha256 = await _fabric.PutAsync([8]) })).Version);

        // Put there by hand: each time is meant.
        var byHand = publication with { Lineage = publication.Lineage with { Job = "" } };
        Assert.Equal(4, (await model.Publish(byHand)).Version);
        Assert.Equal(5, (await model.Publish(byHand)).Version);
    }

    [Fact]
    public async Task Get_WhenSeveralVersions_ZeroIsTheNewest()
    {
        var model = _fabric.Model("versions");
        var first = await model.Publish(Publication(await _fabric.PutAsync([1])));
        var second = await model.Publish(Publication(await _fabric.PutAsync([2])));
        await _fabric.DeactivateAsync(model);
        Assert.Equal((1, 2), (first.Version, second.Version));
        Assert.Equal(second.Sha256, (await model.Get(0)).Sha256);
        Assert.Equal(first.Sha256, (await model.Get(1)).Sha256);
        Assert.Equal(0.5, (await model.Get(1)).Metrics["accuracy"]);
        Assert.Equal(2, (await model.List()).Length);
        var error = await Assert.ThrowsAsync<FabricNotFoundException>(() => model.Get(3));
        Assert.Contains("it has 1 to 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NextIssue_WhenReactivated_GoesOnAscending()
    {
        var model = _fabric.Model("issues");
        var before = new[] { await model.NextIssue(), await model.NextIssue() };
        await _fabric.DeactivateAsync(model);
        var after = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => model.NextIssue()));
        var all = before.Concat(after.Order()).ToList();
        Assert.Equal(all.Distinct().Order(), all);
    }

    private static bool Verifies(ECDsa key, ModelVersion version) => key.VerifyData(
        ModelManifest.CanonicalBytes(version.Tenant, version.Name, version.Version, version.SizeBytes, version.Sha256),
        Convert.FromBase64String(version.Signature),
        HashAlgorithmName.SHA256,
        DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static ModelPublication Publication(string sha256) => new()
    {
        Sha256 = sha256,
        Metrics = ImmutableDictionary<string, double>.Empty.Add("accuracy", 0.5),
        Lineage = new ModelLineage { Job = "acme/job", Dataset = "d@1", DataSha256 = new string('d', 64), CodeVersion = "1" },
    };
}
