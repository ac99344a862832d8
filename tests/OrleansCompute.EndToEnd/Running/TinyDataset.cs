using System.Buffers.Binary;

namespace OrleansCompute.EndToEnd.Running;

/// <summary>Images of 8 × 8 that anybody can tell apart: bright above is class 0, bright below is class 1. And what trains on them.</summary>
internal static class TinyDataset
{
    public const int Count = 256;
    private const int Side = 8;

    /// <summary>Writes both files; returns their paths.</summary>
    public static (string Images, string Labels) Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(1);
        var images = new byte[16 + (Count * Side * Side)];
        var labels = new byte[8 + Count];
        Header(images, 0x803, Count, Side, Side);
        Header(labels, 0x801, Count);
        for (var i = 0; i < Count; i++)
        {
            var label = i % 2;
            labels[8 + i] = (byte)label;
            for (var pixel = 0; pixel < Side * Side; pixel++)
            {
                var isBright = (pixel / Side < Side / 2) == (label == 0);
                images[16 + (i * Side * Side) + pixel] = (byte)((isBright ? 180 : 20) + random.Next(50));
            }
        }

        var paths = (Path.Combine(folder, "images.idx"), Path.Combine(folder, "labels.idx"));
        File.WriteAllBytes(paths.Item1, images);
        File.WriteAllBytes(paths.Item2, labels);
        return paths;
    }

    /// <summary>A job that takes a second, or long with many epochs of small batches.</summary>
    public static string Job(string tenant, string name, int epochs = 5, int batchSize = 16, string more = "") => $$"""
        tenant: {{tenant}}
        name: {{name}}
        model:
          name: halves
          input: [1, 8, 8]
          layers:
            - dense: { units: 8, activation: relu }
            - dense: { units: 2 }
        data: { dataset: halves, validation: halves }
        training: { epochs: {{epochs}}, batchSize: {{batchSize}}, learningRate: 0.01 }
        {{more}}
        """;

    private static void Header(Span<byte> file, params ReadOnlySpan<int> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file[(4 * i)..], numbers[i]);
        }
    }
}
