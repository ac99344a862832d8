using System.Buffers.Binary;
using System.IO.Compression;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.TestKit;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Cli.Tests.Commands.Models;

/// <summary>A folder with a few hundred images of clothes and a small network that knows some of them.</summary>
public sealed class SmallClassifier : IDisposable
{
    private const int ImageBytes = 28 * 28;
    private readonly TemporaryFolder _folder = new();

    public SmallClassifier()
    {
        Directory.CreateDirectory(DataFolder);
        var source = Source();
        Cut(source, "train20k", "train", 1280);
        Cut(source, "t10k", "t10k", 500);
        var graph = new NetworkBuilder(1, 28, 28)
            .Conv2d(4, 3, padding: 1, activation: Activation.Relu).MaxPool2d(4).Flatten().Dense(32, Activation.Relu).Dense(10).Build();
        using var cpu = new CpuAccelerator();
        var images = ImageDataset.Load(Path.Combine(DataFolder, "train-images-idx3-ubyte"), Path.Combine(DataFolder, "train-labels-idx1-ubyte"));
        var tuner = new FineTuner(cpu, new FineTuneOptions { Epochs = 8, LearningRate = 3e-3f });
        var model = tuner.Train(new TrainedModel(graph, graph.CreateParameters(new Random(1))), SampleSet.From(images));
        OnnxExporter.ExportFile(Model, model.Graph, model.Parameters);
    }

    public string Model => _folder["model.onnx"];

    public string DataFolder => _folder["data"];

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    private static string Source()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "simulations", "data", "fashion-mnist");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' has simulations/data/fashion-mnist.");
    }

    /// <summary>The first images of a file, with their labels.</summary>
    private void Cut(string source, string from, string to, int count)
    {
        foreach (var (kind, header, bytes) in new[] { ("images-idx3", 16, ImageBytes), ("labels-idx1", 8, 1) })
        {
            using var stream = new GZipStream(File.OpenRead(Path.Combine(source, $"{from}-{kind}-ubyte.gz")), CompressionMode.Decompress);
            var content = new byte[header + (count * bytes)];
            stream.ReadExactly(content);
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), count);
            File.WriteAllBytes(Path.Combine(DataFolder, $"{to}-{kind}-ubyte"), content);
        }
    }
}
