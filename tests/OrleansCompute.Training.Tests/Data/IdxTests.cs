using System.Buffers.Binary;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Training.Tests.Data;

public sealed class IdxTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfImages_GivesSizesAndPixels(bool compressed)
    {
        var pixels = Enumerable.Range(0, 12).Select(i => (byte)i).ToArray();

        var images = IdxImages.Read(Stream(Images(2, 2, 3, pixels), compressed), "images");

        Assert.Equal((2, 2, 3), (images.Count, images.Rows, images.Columns));
        Assert.Equal(pixels, images.Pixels.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfLabels_GivesThem(bool compressed) =>
        Assert.Equal([3, 1, 2], IdxLabels.Read(Stream(Labels(3, 3, 1, 2), compressed), "labels", 4).Values.ToArray());

    [Fact]
    public void Read_OfLabelFileAsImages_NamesFileOffsetAndBothMagics()
    {
        var error = Assert.Throws<DatasetFormatException>(() => IdxImages.Read(Stream(Labels(1, 1), false), "t10k.gz"));
        Assert.Equal("'t10k.gz', byte 0 (uncompressed): expected the magic number 2051, found 2049.", error.Message);
        Assert.Equal(("t10k.gz", 0L), (error.File, error.Offset));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_WhenTruncatedAnywhere_SaysWhere(bool compressed)
    {
        var bytes = Images(2, 2, 2, new byte[8]);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            var error = Assert.Throws<DatasetFormatException>(() => IdxImages.Read(Stream(cut, compressed), "cut"));
            Assert.Contains("end of the file", error.Message, StringComparison.Ordinal);
            Assert.InRange(error.Offset, 0, length);
        }
    }

    [Fact]
    public void Read_WithTrailingData_SaysWhere()
    {
        var error = Assert.Throws<DatasetFormatException>(() => IdxImages.Read(Stream([.. Images(1, 1, 1, [7]), 0xab], true), "long"));
        Assert.Equal(17, error.Offset);
        Assert.Contains("0xab", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithLabelOutOfRange_SaysWhere()
    {
        var error = Assert.Throws<DatasetFormatException>(() => IdxLabels.Read(Stream(Labels(3, 1, 10, 2), false), "labels", 10));
        Assert.Equal("'labels', byte 9 (uncompressed): expected a label from 0 to 9, found 10.", error.Message);
    }

    [Theory]
    [InlineData(-1, 28, 28)]
    [InlineData(int.MaxValue, 28, 28)]
    [InlineData(10_000_000, 4096, 4096)]
    [InlineData(1, 0, 28)]
    [InlineData(1, 28, 4097)]
    [InlineData(1_000_000, 28, 28)]
    public void Read_WithHugeHeader_RefusesBeforeAllocating(int count, int rows, int columns)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DatasetFormatException>(() => IdxImages.Read(Stream(Images(count, rows, columns, []), false), "huge"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    [Fact]
    public void Read_OfDamagedGzip_SaysSo()
    {
        var bytes = ((MemoryStream)Stream(Images(1, 28, 28, new byte[784]), true)).ToArray();
        bytes[14] ^= 0xff;
        Assert.Throws<DatasetFormatException>(() => IdxImages.Read(new MemoryStream(bytes), "damaged"));
    }

    [Fact]
    public void Read_OfAnyBytes_ThrowsNothingElse()
    {
        var bytes = Gen.Choose(0, 255).Select(value => (byte)value).ListOf().Select(list => list.ToArray());
        Check.QuickThrowOnFailure(Prop.ForAll(bytes.ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (body, kind) =>
        {
            byte[] head = kind switch { 1 => [0, 0, 8, 3, 0, 0], 2 => [0x1f, 0x8b, 8, 0], 3 => [0, 0, 8, 3, 0, 0, 0, 1], _ => [] };
            try
            {
                IdxImages.Read(new MemoryStream([.. head, .. body]), "fuzz");
            }
            catch (DatasetFormatException)
            {
                // What a malformed file shall give.
            }
        }));
    }

    [Fact]
    public void Load_OfFashionMnist_HasTheKnownCounts()
    {
        var folder = FashionMnist.Folder();

        var data = ImageDataset.Load(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"));

        Assert.Equal((10_000, 28, 28), (data.Count, data.Rows, data.Columns));
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(1000, data.Labels.ToArray().Count(value => value == label)));
    }

    [Fact]
    public void Load_WithDifferentCounts_NamesBoth()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["images"], Images(2, 1, 1, [1, 2]));
        File.WriteAllBytes(folder["labels"], Labels(1, 0));

        var error = Assert.Throws<DatasetFormatException>(() => ImageDataset.Load(folder["images"], folder["labels"]));

        Assert.Contains("expected 2 labels", error.Message, StringComparison.Ordinal);
        Assert.Contains("found 1", error.Message, StringComparison.Ordinal);
    }

    internal static byte[] Images(int count, int rows, int columns, byte[] pixels) =>
        [.. BigEndian(2051), .. BigEndian(count), .. BigEndian(rows), .. BigEndian(columns), .. pixels];

    internal static byte[] Labels(int count, params byte[] labels) => [.. BigEndian(2049), .. BigEndian(count), .. labels];

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static Stream Stream(byte[] content, bool compressed)
    {
        var stream = new MemoryStream();
        if (compressed)
        {
            using var gzip = new GZipStream(stream, CompressionMode.Compress, leaveOpen: true);
            gzip.Write(content);
        }
        else
        {
            stream.Write(content);
        }

        stream.Position = 0;
        return stream;
    }
}
