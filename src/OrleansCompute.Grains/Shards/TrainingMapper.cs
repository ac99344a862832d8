using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Optimisers.Schedules;

namespace OrleansCompute.Grains.Shards;

/// <summary>The one place where a training spec becomes a model and an optimiser of the training library.</summary>
internal static class TrainingMapper
{
    /// <summary>A model with its optimiser, the same on every worker of the job.</summary>
    /// <param name="spec">A sound spec.</param>
    /// <param name="network">The network.</param>
    /// <param name="accelerator">Where it trains.</param>
    /// <param name="maxMicroBatch">Most samples at once.</param>
    /// <param name="sampleCount">Samples per epoch, for schedules.</param>
    public static TrainedReplica Create(TrainingSpec spec, Graph network, IAccelerator accelerator, int maxMicroBatch, int sampleCount)
    {
        var seed = unchecked((int)(spec.Seed ^ (spec.Seed >> 32)));
        var slices = ParameterSlices.Of(network);
        var optimiser = Optimiser(spec, network.ParameterCount, slices, sampleCount);
        AveragingOptimiser? average = null;
        if (spec.Ema is { } decay)
        {
            optimiser = average = new AveragingOptimiser(optimiser, (float)decay);
        }

        if (spec.Precision == "float32")
        {
            var plain = new GraphModel(network, accelerator, maxMicroBatch, seed, new TrainingPlanOptions { ChecksFinite = spec.CheckFinite });
            return new TrainedReplica(plain, optimiser, average);
        }

        // BFloat16 has the range of float32, so that its gradients need no scale.
        var isHalf = spec.Precision == "float16";
        var scaler = new LossScaler(isHalf
            ? new LossScaleOptions { InitialScale = (float)(spec.LossScale ?? new LossScaleOptions().InitialScale) }
            : new LossScaleOptions { InitialScale = 1, MaxScale = 1 });
        var mixed = new MixedPrecisionModel(network, accelerator, maxMicroBatch, scaler, isHalf ? ElementType.Float16 : ElementType.BFloat16, seed);
        return new TrainedReplica(mixed, new LossScalingOptimiser(optimiser, scaler), average);
    }

    private static IOptimiser Optimiser(TrainingSpec spec, int parameters, IReadOnlyList<ParameterSlice> slices, int sampleCount)
    {
        var o = spec.Optimizer;
        var rate = (float)spec.LearningRate;
        var schedule = Schedule(spec, sampleCount);
        var clipping = spec.ClipNorm is null && spec.ClipValue is null
            ? null
            : new GradientClipping { MaxNorm = (float?)spec.ClipNorm, MaxValue = (float?)spec.ClipValue };
        switch (o.Name)
        {
            case "sgd":
                var sgd = new SgdOptions { LearningRate = rate, Schedule = schedule, Clipping = clipping, Nesterov = o.Nesterov };
                return new SgdOptimiser(parameters, sgd with { Momentum = Or(o.Momentum, sgd.Momentum), WeightDecay = Or(o.WeightDecay, sgd.WeightDecay) }, slices);

            case "adamw":
                var adamW = new AdamWOptions { LearningRate = rate, Schedule = schedule, Clipping = clipping };
                return new AdamWOptimiser(parameters, adamW with
                {
                    Beta1 = Or(o.Beta1, adamW.Beta1), Beta2 = Or(o.Beta2, adamW.Beta2), Epsilon = Or(o.Epsilon, adamW.Epsilon), WeightDecay = Or(o.WeightDecay, adamW.WeightDecay),
                }, slices);

            case "lamb":
                var lamb = new LambOptions { LearningRate = rate, Schedule = schedule, Clipping = clipping };
                return new LambOptimiser(parameters, lamb with
                {
                    Beta1 = Or(o.Beta1, lamb.Beta1), Beta2 = Or(o.Beta2, lamb.Beta2), Epsilon = Or(o.Epsilon, lamb.Epsilon), WeightDecay = Or(o.WeightDecay, lamb.WeightDecay),
                }, slices);

            case "lars":
                var lars = new LarsOptions { LearningRate = rate, Schedule = schedule, Clipping = clipping };
                return new LarsOptimiser(parameters, lars with
                {
                    Momentum = Or(o.Momentum, lars.Momentum), WeightDecay = Or(o.WeightDecay, lars.WeightDecay), TrustCoefficient = Or(o.TrustCoefficient, lars.TrustCoefficient),
                }, slices);

            case "adam":
                var adam = new AdamOptions { LearningRate = rate, Schedule = schedule, Clipping = clipping };
                return new AdamOptimiser(parameters, adam with
                {
                    Beta1 = Or(o.Beta1, adam.Beta1), Beta2 = Or(o.Beta2, adam.Beta2), Epsilon = Or(o.Epsilon, adam.Epsilon), WeightDecay = Or(o.WeightDecay, adam.WeightDecay),
                }, slices);

            default:
                throw new FabricRefusedException($"training.optimizer.name is '{o.Name}'; allowed: {string.Join(", ", TrainingSpecValidator.Optimizers)}.");
        }
    }

    private static ILearningRateSchedule? Schedule(TrainingSpec spec, int sampleCount)
    {
        var (s, rate) = (spec.Schedule, spec.LearningRate);
        var all = Math.Max(2, (long)spec.Epochs * new BatchPlan(sampleCount, spec.BatchSize).StepCount);
        var total = s.TotalSteps ?? all;

        // A warm-up that the spec allows may still be longer than a training of few steps: it then takes all of them but the last.
        var warmUp = Math.Min(s.WarmUpSteps ?? 0, total - 1);
        return s.Name switch
        {
            "constant" => null,
            "cosine" => new CosineRate(rate, total, warmUp, s.Final ?? 0),
            "linear" => new LinearRate(rate, total, warmUp, s.Final ?? 0),
            "polynomial" => new PolynomialRate(rate, total, s.Power ?? 2, warmUp, s.Final ?? 0),
            "step" => new StepRate(rate, s.Every ?? 1, s.Factor ?? 0.1),
            "exponential" => new ExponentialRate(rate, s.Factor ?? 1),
            "onecycle" => new OneCycleRate(rate, total, s.RisingFraction ?? 0.3),
            _ => throw new FabricRefusedException($"training.schedule.name is '{s.Name}'; allowed: {string.Join(", ", TrainingSpecValidator.Schedules)}."),
        };
    }

    private static float Or(double? value, float byDefault) => (float?)value ?? byDefault;
}
