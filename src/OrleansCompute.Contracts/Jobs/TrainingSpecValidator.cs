using System.Globalization;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>Checks the training part of a job spec; pure.</summary>
public static class TrainingSpecValidator
{
    /// <summary>Methods that move parameters, by name.</summary>
    public static IReadOnlyList<string> Optimizers { get; } = ["sgd", "adam", "adamw", "lamb", "lars"];

    /// <summary>Schedules of the step size, by name.</summary>
    public static IReadOnlyList<string> Schedules { get; } = ["constant", "cosine", "linear", "polynomial", "step", "exponential", "onecycle"];

    /// <summary>Types that operands of products are stored in, by name.</summary>
    public static IReadOnlyList<string> Precisions { get; } = ["float32", "float16", "bfloat16"];

    private const double MaxClip = 1e9;
    private const long MaxSteps = 1L << 40;

    /// <summary>All problems at once, each naming the field, its value and the allowed range; empty where the spec is sound.</summary>
    public static IReadOnlyList<string> Validate(TrainingSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var problems = new Problems();
        problems.Within("training.epochs", spec.Epochs, 1, 1000);
        problems.Within("training.batchSize", spec.BatchSize, 1, 65536);
        problems.Within("training.maxBatchSize", spec.MaxBatchSize, Math.Clamp(spec.BatchSize, 1, 65536), 65536);
        problems.Above("training.learningRate", spec.LearningRate, 0, spec.Optimizer.Name switch { "sgd" => 10, "lars" => 100, _ => 1 });
        problems.Within("training.efficiencyWindowSeconds", spec.EfficiencyWindowSeconds, 0, 60);
        problems.Above("training.clipNorm", spec.ClipNorm, 0, MaxClip);
        problems.Above("training.clipValue", spec.ClipValue, 0, MaxClip);
        problems.Below("training.ema", spec.Ema, 0, 1);
        problems.OneOf("training.precision", spec.Precision, Precisions);
        problems.Within("training.lossScale", spec.LossScale, 1, 1 << 24);
        if (spec.LossScale is not null && spec.Precision != "float16")
        {
            problems.Add($"training.lossScale is {Text(spec.LossScale)} with training.precision {spec.Precision}; allowed: with float16 only, leave it out.");
        }

        if (spec.CheckFinite && spec.Precision != "float32")
        {
            problems.Add($"training.checkFinite is true with training.precision {spec.Precision}; allowed: with float32 only, for a loss scale makes gradients overflow now and then.");
        }

        Check(spec.Optimizer, problems);
        Check(spec.Schedule, spec.LearningRate, problems);
        return problems.All;
    }

    private static void Check(OptimizerSpec spec, Problems problems)
    {
        const string Where = "training.optimizer";
        problems.OneOf($"{Where}.name", spec.Name, Optimizers);
        problems.Below($"{Where}.momentum", spec.Momentum, 0, 1);
        problems.Within($"{Where}.weightDecay", spec.WeightDecay, 0, 1);
        problems.Below($"{Where}.beta1", spec.Beta1, 0, 1);
        problems.Below($"{Where}.beta2", spec.Beta2, 0, 1);
        problems.Above($"{Where}.epsilon", spec.Epsilon, 0, 1);
        problems.Above($"{Where}.trustCoefficient", spec.TrustCoefficient, 0, 1);
        problems.OnlyFor($"{Where}.momentum", spec.Momentum, spec.Name, "sgd", "lars");
        problems.OnlyFor($"{Where}.nesterov", spec.Nesterov ? 1 : null, spec.Name, "sgd");
        problems.OnlyFor($"{Where}.beta1", spec.Beta1, spec.Name, "adam", "adamw", "lamb");
        problems.OnlyFor($"{Where}.beta2", spec.Beta2, spec.Name, "adam", "adamw", "lamb");
        problems.OnlyFor($"{Where}.epsilon", spec.Epsilon, spec.Name, "adam", "adamw", "lamb");
        problems.OnlyFor($"{Where}.trustCoefficient", spec.TrustCoefficient, spec.Name, "lars");
        if (spec is { Nesterov: true, Momentum: 0 })
        {
            problems.Add($"{Where}.momentum is 0 with nesterov; allowed: above 0 to below 1.");
        }
    }

    private static void Check(ScheduleSpec spec, double learningRate, Problems problems)
    {
        const string Where = "training.schedule";
        problems.OneOf($"{Where}.name", spec.Name, Schedules);
        problems.Within($"{Where}.totalSteps", spec.TotalSteps, 2, MaxSteps);
        problems.Within($"{Where}.warmUpSteps", spec.WarmUpSteps, 0, (spec.TotalSteps ?? MaxSteps) - 1);
        problems.Within($"{Where}.final", spec.Final, 0, double.IsFinite(learningRate) ? Math.Max(0, learningRate) : 0);
        problems.Above($"{Where}.power", spec.Power, 0, 16);
        problems.Within($"{Where}.every", spec.Every, 1, MaxSteps);
        problems.Above($"{Where}.factor", spec.Factor, 0, 1);
        problems.Above($"{Where}.risingFraction", spec.RisingFraction, 0, 0.99);
        problems.OnlyFor($"{Where}.warmUpSteps", spec.WarmUpSteps, spec.Name, "cosine", "linear", "polynomial");
        problems.OnlyFor($"{Where}.totalSteps", spec.TotalSteps, spec.Name, "cosine", "linear", "polynomial", "onecycle");
        problems.OnlyFor($"{Where}.final", spec.Final, spec.Name, "cosine", "linear", "polynomial");
        problems.OnlyFor($"{Where}.power", spec.Power, spec.Name, "polynomial");
        problems.OnlyFor($"{Where}.every", spec.Every, spec.Name, "step");
        problems.OnlyFor($"{Where}.factor", spec.Factor, spec.Name, "step", "exponential");
        problems.OnlyFor($"{Where}.risingFraction", spec.RisingFraction, spec.Name, "onecycle");
        if (spec is { Name: "step", Every: null })
        {
            problems.Add($"{Where}.every is missing with the schedule step; allowed: 1 to {MaxSteps}.");
        }

        if (spec is { Name: "exponential", Factor: null })
        {
            problems.Add($"{Where}.factor is missing with the schedule exponential; allowed: above 0 to 1.");
        }
    }

    private static string Text(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>Sentences about values outside their ranges. NaN is outside every range; null is not there, and fine.</summary>
    private sealed class Problems
    {
        public List<string> All { get; } = [];

        public void Add(string problem) => All.Add(problem);

        public void Within(string field, double? value, double min, double max) =>
            Require(field, value, value is null || (value >= min && value <= max), $"{Text(min)} to {Text(max)}");

        public void Above(string field, double? value, double above, double max) =>
            Require(field, value, value is null || (value > above && value <= max), $"above {Text(above)} to {Text(max)}");

        public void Below(string field, double? value, double min, double below) =>
            Require(field, value, value is null || (value >= min && value < below), $"{Text(min)} to below {Text(below)}");

        public void OneOf(string field, string? value, IReadOnlyList<string> allowed)
        {
            if (!allowed.Contains(value, StringComparer.Ordinal))
            {
                Add($"{field} is '{value}'; allowed: {string.Join(", ", allowed)}.");
            }
        }

        public void OnlyFor(string field, double? value, string name, params ReadOnlySpan<string> names)
        {
            if (value is not null && !names.Contains(name))
            {
                Add($"{field} is given for '{name}'; allowed: for {string.Join(", ", names.ToArray())} only, leave it out.");
            }
        }

        private void Require(string field, double? value, bool isSound, string range)
        {
            if (!isSound)
            {
                Add($"{field} is {Text(value)}; allowed: {range}.");
            }
        }
    }
}
