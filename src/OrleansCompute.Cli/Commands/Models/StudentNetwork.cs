using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Gateway.Jobs;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>Reads the network that learns in distillation.</summary>
internal static class StudentNetwork
{
    /// <exception cref="CommandException">The file is missing, or no network; the message says what is wrong.</exception>
    public static TrainedModel Read(FileInfo file) => file.Extension switch
    {
        ".yaml" or ".yml" => FromYaml(file),
        ".onnx" => ModelFiles.Read(file, () => TrainedModel.ReadFile(file.FullName)),
        _ => throw new CommandException($"--student is '{file.FullName}'; allowed: .onnx, or .yaml with the fields input and layers."),
    };

    private static TrainedModel FromYaml(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandException($"'{file.FullName}' does not exist.");
        }

        var result = ModelSpecYaml.Parse(File.ReadAllText(file.FullName));
        if (result.Spec is not { } spec)
        {
            throw new CommandException($"{file.Name}: {string.Join(" ", result.Problems)}");
        }

        var definition = new NetworkDefinition
        {
            Channels = spec.InputShape[0], Rows = spec.InputShape[1], Columns = spec.InputShape[2], Layers = [.. spec.Layers.Select(Layer)],
        };
        if (definition.Validate() is { Count: > 0 } problems)
        {
            throw new CommandException($"{file.Name}: {string.Join(" ", problems)}");
        }

        var graph = definition.ToGraph();
        return new TrainedModel(graph, graph.CreateParameters(new Random(1)));
    }

    private static LayerDefinition Layer(LayerSpec layer) => layer.Kind switch
    {
        LayerKind.Conv => new LayerDefinition.Conv(layer.Filters, layer.Kernel, (layer.Kernel - 1) / 2, layer.Relu),
        LayerKind.MaxPool => new LayerDefinition.MaxPool(layer.Size),
        _ => new LayerDefinition.Dense(layer.Units, layer.Relu),
    };
}
