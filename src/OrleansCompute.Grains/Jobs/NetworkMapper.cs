using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Grains.Jobs;

/// <summary>The one place where a model spec becomes a network of the training library.</summary>
internal static class NetworkMapper
{
    public static NetworkDefinition ToDefinition(ModelSpec model) => new()
    {
        Channels = model.InputShape[0],
        Rows = model.InputShape[1],
        Columns = model.InputShape[2],
        Layers = [.. model.Layers.Select(ToLayer)],
    };

    /// <summary>Identifies the network: checkpoints of another one do not fit.</summary>
    public static string Hash(ModelSpec model) => ToDefinition(model).Hash;

    /// <exception cref="FabricRefusedException">The layers do not fit one another.</exception>
    public static void Check(ModelSpec model)
    {
        if (ToDefinition(model).Validate() is { Count: > 0 } problems)
        {
            throw new FabricRefusedException($"model {model.Name}: {string.Join(" ", problems)}");
        }
    }

    /// <exception cref="FabricRefusedException">The data has another shape or more classes than the network.</exception>
    public static void CheckFits(ModelSpec model, DatasetVersion data)
    {
        var network = ToDefinition(model);
        if (network.Channels != 1 || network.Rows != data.Height || network.Columns != data.Width)
        {
            throw new FabricRefusedException(
                $"model.input is [{string.Join(", ", model.InputShape)}]; dataset {data.Name} version {data.Version} has [1, {data.Height}, {data.Width}].");
        }

        if (network.ClassCount < data.Classes)
        {
            throw new FabricRefusedException(
                $"The last layer has {network.ClassCount} units; dataset {data.Name} version {data.Version} has {data.Classes} classes.");
        }
    }

    private static LayerDefinition ToLayer(LayerSpec layer) => layer.Kind switch
    {
        LayerKind.Conv => new LayerDefinition.Conv(layer.Filters, layer.Kernel, (layer.Kernel - 1) / 2, layer.Relu),
        LayerKind.MaxPool => new LayerDefinition.MaxPool(layer.Size),
        LayerKind.Dense => new LayerDefinition.Dense(layer.Units, layer.Relu),
        _ => throw new FabricRefusedException($"The layer kind is {layer.Kind}; allowed: {string.Join(", ", Enum.GetNames<LayerKind>())}."),
    };
}
