using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Contracts;
using OrleansCompute.Gateway.Datasets;

namespace OrleansCompute.Gateway.Tests.Datasets;

public sealed class IdxLabelsTests
{
    public static byte[] File(params byte[] labels) => [0, 0, 8, 1, 0, 0, 0, (byte)labels.Length, .. labels];

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_WhenSound_GivesTheLabels(bool gzip)
    {
        var file = File(1, 2, 3);

        Assert.Equal([1, 2, 3], await IdxLabels.ReadAsync(new MemoryStream(gzip ? Gzip(file) : file), CancellationToken.None));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 3, 0, 0, 0, 0 }, "begins with 0000080300000000; allowed: an IDX file of labels")]
    [InlineData(new byte[] { 0, 0 }, "begins with 0000; allowed")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, "ends after 2 of 3 labels")]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 255, 255, 255, 1 }, "promises 4294967295 labels; allowed: up to 67108864")]
    [InlineData(new byte[] { 0x1f, 0x8b, 1, 2, 3, 4 }, "damaged gzip")]
    public async Task ReadAsync_WhenDamaged_SaysWhy(byte[] file, string reason)
    {
        var error = await Assert.ThrowsAsync<FabricRefusedException>(
            () => IdxLabels.ReadAsync(new MemoryStream(file), CancellationToken.None));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAsync_WhenFuzzed_GivesLabelsOrRefuses()
    {
        var sound = Gzip(File(1, 2, 3, 4, 5));
        var damaged = (from at in Gen.Choose(0, sound.Length - 1)
                       from value in Gen.Choose(0, 255)
                       from length in Gen.Choose(0, sound.Length)
                       select sound.Select((b, i) => i == at ? (byte)value : b).Take(length).ToArray()).ToArbitrary();
        Prop.ForAll(damaged, file =>
        {
            try
            {
                IdxLabels.ReadAsync(new MemoryStream(file), CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (FabricRefusedException)
            {
            }
        }).QuickCheckThrowOnFailure();
    }
}
