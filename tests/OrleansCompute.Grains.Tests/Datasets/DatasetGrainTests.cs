using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;

namespace OrleansCompute.Grains.Tests.Datasets;

[Collection(SharedFabricCollection.Name)]
public sealed class DatasetGrainTests(SharedFabric shared)
{
    private readonly FabricCluster _fabric = shared.Fabric;

    [Fact]
    public async Task AddVersion_WhenContentIsTheSame_GivesTheSameVersion()
    {
        var first = await _fabric.AddDatasetAsync("same");
        await _fabric.DeactivateAsync(_fabric.Dataset("same"));
        var again = await _fabric.AddDatasetAsync("same");
        var other = await _fabric.AddDatasetAsync("same", seed: 2);
        Assert.Equal(first, again);
        Assert.Equal((1, 2), (first.Version, other.Version));
        Assert.NotEqual(first.ContentSha256, other.ContentSha256);
        Assert.Equal(
            (200, SampleData.Side, SampleData.Side, SampleData.Classes), (first.Count, first.Height, first.Width, first.Classes));
        Assert.Equal(other, await _fabric.Dataset("same").Get(0));
        Assert.Equal(first, await _fabric.Dataset("same").Get(1));
        Assert.Contains("same", await _fabric.Tenant.List(TenantResource.Dataset));
    }

    [Fact]
    public async Task AddVersion_WhenImagesAreCutShort_IsRefused()
    {
        var (images, labels) = SampleData.Make();
        await RefusedAsync(images[..^1], labels);
    }

    [Fact]
    public async Task AddVersion_WhenMagicIsWrong_IsRefused()
    {
        var (images, labels) = SampleData.Make();
        images[3] ^= 1;
        await RefusedAsync(images, labels);
    }

    [Fact]
    public async Task AddVersion_WhenCountsDiffer_IsRefused() =>
        await RefusedAsync(SampleData.Make(20).Images, SampleData.Make(19).Labels);

    [Fact]
    public async Task AddVersion_WhenEmpty_IsRefused()
    {
        var (images, labels) = SampleData.Make(0);
        await RefusedAsync(images, labels);
    }

    [Fact]
    public async Task AddVersion_WhenArtifactIsMissing_NamesIt()
    {
        var labels = await _fabric.PutAsync(SampleData.Make().Labels);
        var missing = new string('b', 64);
        var error = await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Dataset("missing").AddVersion(missing, labels));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_WhenUnknown_IsNotFound()
    {
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Dataset("never").Get(0));
        await _fabric.AddDatasetAsync("once");
        var error = await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Dataset("once").Get(2));
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(byte[] images, byte[] labels)
    {
        var (imagesSha256, labelsSha256) = (await _fabric.PutAsync(images), await _fabric.PutAsync(labels));
        await Assert.ThrowsAsync<FabricRefusedException>(() => _fabric.Dataset("damaged").AddVersion(imagesSha256, labelsSha256));
        Assert.Empty(await _fabric.Dataset("damaged").List());
    }
}
