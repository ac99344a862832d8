using System.Buffers.Binary;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>Small IDX files: 8x8 images of three classes, each bright in a band of its own, with noise everywhere.</summary>
public static class SampleData
{
    public const int Side = 8;
    public const int Classes = 3;

    public static (byte[] Images, byte[] Labels) Make(int count = 200, int seed = 1)
    {
        var random = new Random(seed);
        var images = new byte[16 + (count * Side * Side)];
        var labels = new byte[8 + count];
        BinaryPrimitives.WriteInt32BigEndian(images, 2051);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(4), count);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(8), Side);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(12), Side);
        BinaryPrimitives.WriteInt32BigEndian(labels, 2049);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), count);
        for (var i = 0; i < count; i++)
        {
            var label = i % Classes;
            labels[8 + i] = (byte)label;
            for (var pixel = 0; pixel < Side * Side; pixel++)
            {
                var row = pixel / Side;
                var isBright = row / 3 == label;
                images[16 + (i * Side * Side) + pixel] = (byte)((isBright ? 180 : 0) + random.Next(70));
            }
        }

        return (images, labels);
    }
}
