using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>How the step size changes over a training; its peak, or its first value, is the training's learning rate. A number that the schedule does not have is refused.</summary>
[GenerateSerializer, Immutable, Alias("oc.schedule-spec.v1")]
public sealed record ScheduleSpec
{
    /// <summary>constant, cosine, linear, polynomial, step, exponential or onecycle. Default constant.</summary>
    [Id(0)] public string Name { get; init; } = "constant";

    /// <summary>cosine, linear, polynomial: steps that rise to the peak in a straight line, 0 to below the steps in all. Default 0.</summary>
    [Id(1)] public long? WarmUpSteps { get; init; }

    /// <summary>cosine, linear, polynomial, onecycle: steps in all, 2 to 2^40. Default: those of the training.</summary>
    [Id(2)] public long? TotalSteps { get; init; }

    /// <summary>cosine, linear, polynomial: step size at the end, 0 to the learning rate. Default 0.</summary>
    [Id(3)] public double? Final { get; init; }

    /// <summary>polynomial: above 0 to 16. Default 2.</summary>
    [Id(4)] public double? Power { get; init; }

    /// <summary>step: steps between two falls, 1 to 2^40.</summary>
    [Id(5)] public long? Every { get; init; }

    /// <summary>step, exponential: factor of a fall, above 0 to 1. Default 0.1 for step; exponential needs it.</summary>
    [Id(6)] public double? Factor { get; init; }

    /// <summary>onecycle: part of the steps that rise, above 0 to 0.99. Default 0.3.</summary>
    [Id(7)] public double? RisingFraction { get; init; }
}
