using OrleansCompute.Training.Data;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Fakes;

/// <summary>Small learnable data: 4 x 4 pixels, three classes, each with a bright row of its own and noise.</summary>
internal static class TestData
{
    public const string Hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    public static ImageDataset Create(int count, int seed = 5)
    {
        var random = new Random(seed);
        var pixels = new byte[count * 16];
        var labels = new byte[count];
        random.NextBytes(pixels);
        for (var n = 0; n < count; n++)
        {
            labels[n] = (byte)random.Next(3);
            for (var i = 0; i < 16; i++)
            {
                pixels[(n * 16) + i] = (byte)((pixels[(n * 16) + i] / 3) + (i / 4 == labels[n] ? 160 : 0));
            }
        }

        return new ImageDataset(pixels, labels, 4, 4, 3);
    }

    public static TrainingRunDescription Describe(ImageDataset data) =>
        new() { SampleCount = data.Count, DatasetHash = data.ContentHash, ModelHash = Hash };
}
