using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>Reads job specs that people write as YAML. Strict, pure, thread-safe.</summary>
public static class JobSpecYaml
{
    private static readonly string[] Activations = ["relu", "none"];

    /// <summary>
    /// Reads a spec. Unknown and duplicate fields, missing ones, wrong types, anchors and aliases, and documents that are too deep or
    /// too large are problems; a spec that reads well is then checked by <see cref="JobSpecValidator"/>. All problems come at once
    /// where the text is YAML.
    /// </summary>
    /// <param name="yaml">At most 65,536 characters.</param>
    public static JobSpecYamlResult Parse(string yaml)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        if (YamlTree.Read(yaml, out var unreadable) is not { } root)
        {
            return new JobSpecYamlResult(null, [unreadable]);
        }

        var problems = new List<string>();
        var spec = new YamlFields(root, "the spec", problems).Read(ReadJob);
        if (problems.Count == 0)
        {
            problems.AddRange(JobSpecValidator.Validate(spec!).Select(problem => YamlPlaces.Locate(root, problem)));
        }

        return problems.Count == 0 ? new JobSpecYamlResult(spec, []) : new JobSpecYamlResult(null, problems);
    }

    private static JobSpec ReadJob(YamlFields fields) => new()
    {
        Tenant = fields.Text("tenant"),
        Name = fields.Text("name"),
        Pool = fields.Text("pool", "default"),
        Model = fields.Group("model", ReadModel) ?? new ModelSpec { Name = "", InputShape = [], Layers = [] },
        Data = fields.Group("data", ReadData) ?? new DataSpec { Dataset = "" },
        Training = fields.Group("training", ReadTraining) ?? new TrainingSpec { Epochs = 0, BatchSize = 0 },
        Resources = fields.OptionalGroup("resources", ReadResources) ?? new ResourceSpec(),
    };

    private static ModelSpec ReadModel(YamlFields fields) => ReadNetwork(fields, fields.Text("name"));

    internal static ModelSpec ReadNetwork(YamlFields fields, string name) => new()
    {
        Name = name,
        InputShape = fields.Integers("input", "[channels, height, width], three whole numbers"),
        Layers = fields.List("layers", "a list with one layer each", ReadLayer),
    };

    private static DataSpec ReadData(YamlFields fields) => new()
    {
        Dataset = fields.Text("dataset"),
        Version = fields.Integer("version", 0),
        Validation = fields.OptionalText("validation"),
    };

    private static TrainingSpec ReadTraining(YamlFields fields) => new()
    {
        Epochs = fields.Integer("epochs"),
        BatchSize = fields.Integer("batchSize"),
        MaxBatchSize = fields.OptionalInteger("maxBatchSize"),
        LearningRate = fields.Number("learningRate", 0.001),
        Seed = fields.Long("seed", 1),
        EfficiencyWindowSeconds = fields.Number("efficiencyWindowSeconds", 0),
        Optimizer = fields.OptionalGroup("optimizer", ReadOptimizer) ?? new OptimizerSpec(),
        Schedule = fields.OptionalGroup("schedule", ReadSchedule) ?? new ScheduleSpec(),
        ClipNorm = fields.OptionalNumber("clipNorm"),
        ClipValue = fields.OptionalNumber("clipValue"),
        Ema = fields.OptionalNumber("ema"),
        Precision = fields.Text("precision", "float32"),
        LossScale = fields.OptionalNumber("lossScale"),
        CheckFinite = fields.Flag("checkFinite"),
    };

    private static OptimizerSpec ReadOptimizer(YamlFields fields) => new()
    {
        Name = fields.Text("name"),
        Momentum = fields.OptionalNumber("momentum"),
        Nesterov = fields.Flag("nesterov"),
        WeightDecay = fields.OptionalNumber("weightDecay"),
        Beta1 = fields.OptionalNumber("beta1"),
        Beta2 = fields.OptionalNumber("beta2"),
        Epsilon = fields.OptionalNumber("epsilon"),
        TrustCoefficient = fields.OptionalNumber("trustCoefficient"),
    };

    private static ScheduleSpec ReadSchedule(YamlFields fields) => new()
    {
        Name = fields.Text("name"),
        WarmUpSteps = fields.OptionalLong("warmUpSteps"),
        TotalSteps = fields.OptionalLong("totalSteps"),
        Final = fields.OptionalNumber("final"),
        Power = fields.OptionalNumber("power"),
        Every = fields.OptionalLong("every"),
        Factor = fields.OptionalNumber("factor"),
        RisingFraction = fields.OptionalNumber("risingFraction"),
    };

    private static ResourceSpec ReadResources(YamlFields fields)
    {
        var min = fields.Integer("minAccelerators", 1);
        return new ResourceSpec
        {
            MinAccelerators = min,
            MaxAccelerators = fields.Integer("maxAccelerators", Math.Max(1, min)),
            Kinds = fields.Texts("kinds"),
            Fraction = fields.OptionalGroup("fraction", ReadFraction),
            Priority = fields.Integer("priority", 0),
            Deadline = fields.OptionalDuration("deadline"),
            Budget = fields.OptionalDecimal("budget"),
            Preemptible = fields.Flag("preemptible", true),
            MixTypes = fields.Flag("mixTypes", true),
            MinRunSeconds = fields.Number("minRunSeconds", 0),
            CpuCoresPerAccelerator = fields.Number("cpuCoresPerAccelerator", 0),
            HostMemoryBytesPerAccelerator = fields.OptionalBytes("hostMemoryPerAccelerator") ?? 0,
            NearNodes = fields.Texts("nearNodes"),
            Affinity = fields.OptionalGroup("affinity", ReadAffinity),
        };
    }

    private static AffinitySpec ReadAffinity(YamlFields fields) => new() { Group = fields.Text("group"), Apart = fields.Flag("apart") };

    private static FractionSpec ReadFraction(YamlFields fields) => new()
    {
        Compute = fields.RequiredNumber("compute"),
        MemoryBytes = fields.Bytes("memory"),
    };

    private static LayerSpec? ReadLayer(YamlNode node, List<string> problems)
    {
        if (node is not YamlNode.Map { Fields: [var (kind, parameters)] })
        {
            problems.Add(node is YamlNode.Map several
                ? $"{node.Path} at {node.Where} names {several.Fields.Count} layers; "
                    + "allowed: one of conv, maxpool, dense in each item of the list."
                : $"{node.Path} at {node.Where} is {node.Description}; "
                    + "allowed: one of conv, maxpool, dense with its fields, for example 'dense: { units: 10 }'.");
            return null;
        }

        switch (kind.Value)
        {
            case "conv":
                return new YamlFields(parameters, parameters.Path, problems).Read(conv => new LayerSpec
                {
                    Kind = LayerKind.Conv,
                    Filters = conv.Integer("filters"),
                    Kernel = conv.Integer("kernel"),
                    Relu = conv.OneOf("activation", Activations, "none") == "relu",
                });
            case "maxpool":
                return new YamlFields(parameters, parameters.Path, problems).Read(pool => new LayerSpec
                {
                    Kind = LayerKind.MaxPool,
                    Size = pool.Integer("size"),
                });
            case "dense":
                return new YamlFields(parameters, parameters.Path, problems).Read(dense => new LayerSpec
                {
                    Kind = LayerKind.Dense,
                    Units = dense.Integer("units"),
                    Relu = dense.OneOf("activation", Activations, "none") == "relu",
                });
            default:
                problems.Add($"{node.Path} at {kind.Where} is the layer {kind.Description}; allowed: conv, maxpool, dense.");
                return null;
        }
    }
}
