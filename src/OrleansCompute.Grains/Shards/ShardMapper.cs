using System.Runtime.InteropServices;
using OrleansCompute.Contracts.Shards;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Shards;

/// <summary>The one place where wire records of a shard become those of the training library, and back. Vectors are not copied.</summary>
internal static class ShardMapper
{
    public static ShardStep ToStep(ShardStepCommand command) => new()
    {
        Step = command.Step,
        Samples = [.. command.SampleIndices.Span],
        NextSamples = [.. command.NextSampleIndices.Span],
        MeanGradient = command.MeanGradient is { } mean ? Array(mean) : null,
        GradientBucketLength = command.GradientBucketLength,
        RateFactor = command.UpdateScale.RateFactor,
        SchedulePosition = command.UpdateScale.SchedulePosition,
        MeasuresNoise = command.MeasuresNoise,
    };

    public static ShardStepCommand ToCommand(ShardStep step) => new()
    {
        Step = step.Step,
        SampleIndices = step.Samples.AsMemory(),
        NextSampleIndices = step.NextSamples.IsDefault ? default : step.NextSamples.AsMemory(),
        MeanGradient = step.MeanGradient is { } mean ? (ReadOnlyMemory<float>?)mean : null,
        GradientBucketLength = step.GradientBucketLength,
        UpdateScale = new StepScale(step.RateFactor, step.SchedulePosition),
        MeasuresNoise = step.MeasuresNoise,
    };

    public static ShardStepPart ToPart(GradientBucket bucket) => new() { Bucket = bucket.Index, Gradient = Array(bucket.Values) };

    public static ShardStepOutcome ToOutcome(ShardStepResult result, double computeShareFraction) => new()
    {
        GradientSum = Array(result.GradientSum),
        LossSum = result.LossSum,
        Correct = result.Correct,
        Count = result.Count,
        BusyTime = result.BusyTime,
        ComputeShareFraction = computeShareFraction,
        PartSquares = result.PartSquares,
        Parts = result.Parts,
        GradientScale = result.GradientScale,
    };

    public static ShardStepResult ToResult(ShardStepOutcome outcome) => new()
    {
        GradientSum = outcome.GradientSum,
        LossSum = outcome.LossSum,
        Correct = outcome.Correct,
        Count = outcome.Count,
        BusyTime = outcome.BusyTime,
        ComputeShare = outcome.ComputeShareFraction,
        PartSquares = outcome.PartSquares,
        Parts = outcome.Parts,
        GradientScale = outcome.GradientScale == 0 ? 1 : outcome.GradientScale,
    };

    public static ShardReplica ToReplica(ShardState state) => new()
    {
        Parameters = state.Parameters,
        Optimiser = state.Optimiser.Name,
        Updates = state.Optimiser.StepCount,
        OptimiserVectors = [.. state.Optimiser.Slots],
        OptimiserNumbers = [.. state.Optimiser.Scalars],
    };

    public static ShardState ToState(ShardReplica replica) =>
        new(replica.Parameters, new OptimiserState(replica.Optimiser, replica.Updates, [.. replica.OptimiserVectors])
        {
            // Replicas that an older build sent have none.
            Scalars = replica.OptimiserNumbers.IsDefault ? [] : [.. replica.OptimiserNumbers],
        });

    // The trainer and the reducer hand out whole arrays; a copy is the safe answer should that ever change.
    private static float[] Array(ReadOnlyMemory<float> values) =>
        MemoryMarshal.TryGetArray(values, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : values.ToArray();
}
