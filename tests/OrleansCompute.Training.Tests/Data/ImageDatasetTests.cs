using OrleansCompute.Training.Data;
using OrleansCompute.Training.Tests.Fakes;

namespace OrleansCompute.Training.Tests.Data;

public sealed class ImageDatasetTests
{
    private readonly ImageDataset _data = new(new byte[] { 0, 51, 102, 255, 1, 2, 3, 4 }, new byte[] { 1, 0 }, 2, 2, 2);

    [Fact]
    public void Copy_OfChosenSamples_ScalesAndLabels()
    {
        var (inputs, labels) = (new float[12], new int[3]);

        _data.Copy([1, 0, 1], inputs, labels);

        Assert.Equal([1 / 255f, 2 / 255f, 3 / 255f, 4 / 255f, 0, 0.2f, 0.4f, 1, 1 / 255f, 2 / 255f, 3 / 255f, 4 / 255f], inputs);
        Assert.Equal([0, 1, 0], labels);
    }

    [Fact]
    public void Copy_WithBadIndexOrLength_NamesThem()
    {
        Assert.Contains("from 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => _data.Copy([2], new float[4], new int[1])).Message, StringComparison.Ordinal);
        Assert.Contains("need 4 inputs", Assert.Throws<ArgumentException>(() => _data.Copy([0], new float[3], new int[1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ContentHash_OfDifferentContent_Differs()
    {
        var hashes = new[]
        {
            _data,
            new ImageDataset(new byte[] { 0, 51, 102, 255, 1, 2, 3, 5 }, new byte[] { 1, 0 }, 2, 2, 2),
            new ImageDataset(new byte[] { 0, 51, 102, 255, 1, 2, 3, 4 }, new byte[] { 1, 1 }, 2, 2, 2),
            new ImageDataset(new byte[] { 0, 51, 102, 255, 1, 2, 3, 4 }, new byte[] { 1, 0 }, 4, 1, 2),
        }.Select(data => data.ContentHash).ToArray();

        Assert.Equal(4, hashes.Distinct().Count());
        Assert.Equal(hashes[0], _data.Slice(0, 2).ContentHash);
        Assert.Matches("^[0-9a-f]{64}$", hashes[0]);
    }

    [Fact]
    public void Slice_OfSamples_HasTheirPixelsAndLabels()
    {
        var slice = _data.Slice(1, 1);
        Assert.Equal([1, 2, 3, 4], slice.Image(0).ToArray());
        Assert.Equal([0], slice.Labels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => _data.Slice(1, 2));
    }

    [Fact]
    public void Constructor_WithSizesThatDoNotFit_NamesThem()
    {
        Assert.Contains("need 18", Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[8], new byte[2], 3, 3, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("labels[1] is 2; allowed 0 to 1", Assert.Throws<ArgumentException>(() => new ImageDataset(new byte[2], new byte[] { 0, 2 }, 1, 1, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_Always_AllocatesNothing()
    {
        var data = TestData.Create(50);
        int[] indices = [.. Enumerable.Range(0, 50)];
        var (inputs, labels) = (new float[800], new int[50]);
        data.Copy(indices, inputs, labels);

        var before = GC.GetAllocatedBytesForCurrentThread();
        data.Copy(indices, inputs, labels);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
