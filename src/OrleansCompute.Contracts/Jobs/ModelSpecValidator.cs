namespace OrleansCompute.Contracts.Jobs;

/// <summary>Checks the network of a job spec; pure.</summary>
public static class ModelSpecValidator
{
    private const int MaxLayers = 64;

    /// <summary>All problems at once, each naming the field, its value and the allowed range; empty where the network is sound. The name is not looked at.</summary>
    public static IReadOnlyList<string> Validate(ModelSpec model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var problems = new List<string>();
        if (model.InputShape is not { IsDefault: false, Length: 3 })
        {
            problems.Add($"model.input has {(model.InputShape.IsDefault ? 0 : model.InputShape.Length)} numbers; allowed: 3 (channels, height, width).");
        }
        else
        {
            foreach (var size in model.InputShape)
            {
                Range("model.input", size, 1, 4096);
            }
        }

        var layers = model.Layers.IsDefault ? [] : model.Layers;
        Range("model.layers (count)", layers.Length, 1, MaxLayers);
        for (var i = 0; i < layers.Length; i++)
        {
            ValidateLayer($"model.layers[{i}]", layers[i]);
        }

        if (layers.Length > 0 && layers[^1].Kind != LayerKind.Dense)
        {
            problems.Add($"model.layers[{layers.Length - 1}] is {layers[^1].Kind}; the last layer must be dense, with one unit per class.");
        }
        return problems;

        void ValidateLayer(string where, LayerSpec layer)
        {
            switch (layer.Kind)
            {
                case LayerKind.Conv:
                    Range($"{where}.filters", layer.Filters, 1, 1024);
                    Range($"{where}.kernel", layer.Kernel, 1, 15);
                    if (layer.Kernel % 2 == 0)
                    {
                        problems.Add($"{where}.kernel is {layer.Kernel}; allowed: odd numbers 1 to 15.");
                    }

                    break;
                case LayerKind.MaxPool:
                    Range($"{where}.size", layer.Size, 2, 8);
                    break;
                case LayerKind.Dense:
                    Range($"{where}.units", layer.Units, 1, 65536);
                    break;
                default:
                    problems.Add($"{where}.kind is {layer.Kind}; allowed: {string.Join(", ", Enum.GetNames<LayerKind>())}.");
                    break;
            }
        }

        void Range(string field, int value, int min, int max)
        {
            if (value < min || value > max)
            {
                problems.Add($"{field} is {value}; allowed: {min} to {max}.");
            }
        }
    }
}
