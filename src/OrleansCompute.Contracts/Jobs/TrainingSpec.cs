using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>How to train.</summary>
[GenerateSerializer, Immutable, Alias("oc.training-spec.v1")]
public sealed record TrainingSpec
{
    /// <summary>Passes over the data, 1 to 1000.</summary>
    [Id(0)] public required int Epochs { get; init; }

    /// <summary>Samples per step over all workers, 1 to 65536.</summary>
    [Id(1)] public required int BatchSize { get; init; }

    /// <summary>
    /// Step size, above 0 to 1 (sgd: to 10, lars: to 100); with a schedule its peak or first value. Default 0.001, that of Adam
    /// (Kingma and Ba 2015).
    /// </summary>
    [Id(2)] public double LearningRate { get; init; } = 0.001;

    /// <summary>Seed of the weights and of the order of samples.</summary>
    [Id(3)] public long Seed { get; init; } = 1;

    /// <summary>
    /// Seconds for which, right after training, every worker trains a copy of its own with no exchange, to learn what joint training
    /// costs; half of it more goes into warming up. 0 (the default) leaves the measurement out. Range 0 to 60.
    /// </summary>
    [Id(4)] public double EfficiencyWindowSeconds { get; init; }

    /// <summary>The method; default: Adam with its paper's numbers.</summary>
    [Id(5)] public OptimizerSpec Optimizer { get; init; } = new();

    /// <summary>How the step size changes; default: not at all.</summary>
    [Id(6)] public ScheduleSpec Schedule { get; init; } = new();

    /// <summary>Largest Euclidean norm of the gradient, above 0 to 10^9; longer ones are shortened. Null (the default): no limit.</summary>
    [Id(7)] public double? ClipNorm { get; init; }

    /// <summary>Largest absolute value of an element of the gradient, above 0 to 10^9; larger ones are cut. Null (the default): no limit.</summary>
    [Id(8)] public double? ClipValue { get; init; }

    /// <summary>
    /// Decay of an exponential moving average of the parameters, 0 to below 1: the average is evaluated and published, the parameters
    /// are trained on. Null (the default): no average.
    /// </summary>
    [Id(9)] public double? Ema { get; init; }

    /// <summary>
    /// float32 (the default), float16 or bfloat16: how operands of products are stored in training. The weights stay float32; float16
    /// trains with a dynamic loss scale.
    /// </summary>
    [Id(10)] public string Precision { get; init; } = "float32";

    /// <summary>float16: the first loss scale, 1 to 2^24. Default 65,536.</summary>
    [Id(11)] public double? LossScale { get; init; }

    /// <summary>
    /// Whether every result of every operator is searched for NaN and infinities; training then fails with the name of the node that
    /// first made one. Slow; only with float32. Default false.
    /// </summary>
    [Id(12)] public bool CheckFinite { get; init; }

    /// <summary>
    /// Most samples per step, <see cref="BatchSize"/> to 65536, where the pool may choose the batch by what the job holds and how noisy its gradients are;
    /// the step size follows it. <see cref="Epochs"/> then says how much progress is made: as much as with <see cref="BatchSize"/>. Null (the
    /// default): the batch is fixed.
    /// </summary>
    [Id(13)] public int? MaxBatchSize { get; init; }
}
