namespace OrleansCompute.Contracts.Jobs;

/// <summary>Checks a job spec; pure.</summary>
public static class JobSpecValidator
{
    private const int MaxLayers = 64;
    private const int MaxAcceleratorsPerJob = 1024;

    /// <summary>All problems at once, each naming the field, its value and the allowed range; empty where the spec is sound.</summary>
    public static IReadOnlyList<string> Validate(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var problems = new List<string>();
        Name("tenant", spec.Tenant);
        Name("name", spec.Name);
        Name("pool", spec.Pool);
        Name("model.name", spec.Model.Name);
        Name("data.dataset", spec.Data.Dataset);
        if (spec.Data.Validation is { } validation)
        {
            Name("data.validation", validation);
        }

        Range("data.version", spec.Data.Version, 0, int.MaxValue);
        problems.AddRange(TrainingSpecValidator.Validate(spec.Training));
        Range("resources.minAccelerators", spec.Resources.MinAccelerators, 1, MaxAcceleratorsPerJob);
        Range("resources.maxAccelerators", spec.Resources.MaxAccelerators, Math.Max(1, spec.Resources.MinAccelerators), MaxAcceleratorsPerJob);
        ValidateModel(spec.Model);
        return problems;

        void ValidateModel(ModelSpec model)
        {
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
        }

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

        void Name(string field, string? value)
        {
            if (FabricNames.Explain(field, value) is { } problem)
            {
                problems.Add(problem);
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
