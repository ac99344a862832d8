using System.Collections.Immutable;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// Runs one step over a group: cuts the batch, calls all, sums up; gives the samples of workers that fail to the others until every sample
/// is in the sum exactly once. Not thread-safe.
/// </summary>
internal sealed class StepRunner(WorkerGroup group, int parameterCount, int bucketLength, TimeProvider time)
{
    private readonly GradientReducer _reducer = new(parameterCount);

    // Two, because the mean of a step is being read by the workers while that of the next is made.
    private readonly float[][] _means = [new float[parameterCount], new float[parameterCount]];
    private int _nextMean;
    private int _lastSamples;
    private double? _lastScale;

    // Null where the gradient is no longer than a bucket: nothing could travel before it is there as a whole.
    private readonly GradientBucketPlan? _plan = Plan(parameterCount, bucketLength);
    private readonly BucketReducer? _buckets = Plan(parameterCount, bucketLength) is { } plan ? new BucketReducer(plan) : null;

    /// <summary>The update that the workers have not made yet; it goes out with the next command.</summary>
    public ReadOnlyMemory<float>? Pending { get; private set; }

    private StepScale _pendingScale = StepScale.One;

    /// <summary>Runs a step; null if no worker is left.</summary>
    /// <param name="globalStep">Number of the step over all epochs.</param>
    /// <param name="batch">Its samples.</param>
    /// <param name="next">Those of the next step, which workers load meanwhile; empty where there is none.</param>
    /// <param name="scale">How its update is to be made.</param>
    /// <param name="measuresNoise">Whether the noise of its gradients is measured.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<StepSummary?> RunAsync(
        long globalStep, ReadOnlyMemory<int> batch, ReadOnlyMemory<int> next, StepScale scale, bool measuresNoise, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var work = new Dictionary<WorkerGroup.Member, (int Samples, TimeSpan Busy)>();
        var score = default(BatchScore);
        var remaining = batch;
        var parted = new StepParts();
        _reducer.Clear();
        for (var isFirstRound = true; !remaining.IsEmpty; isFirstRound = false)
        {
            if (group.Count == 0)
            {
                return null;
            }

            var members = group.Members.ToArray();
            var parts = BatchSplit.Split(remaining, group.Shares(remaining.Length));

            // With the shares of now: wrong only after a rebalancing, or when a worker is lost or joins.
            var nextParts = isFirstRound && !next.IsEmpty ? BatchSplit.Split(next, group.Shares(next.Length)) : new ReadOnlyMemory<int>[members.Length];
            if (!isFirstRound)
            {
                // Everyone has made the update by now: only those with samples are needed.
                (members, parts) = (members.Where((_, i) => !parts[i].IsEmpty).ToArray(), parts.Where(part => !part.IsEmpty).ToArray());
            }

            // In buckets only in the first round: the sum of a later one, which is rare, goes on top of the first's.
            var buckets = isFirstRound ? _buckets : null;
            var round = buckets?.Begin([.. parts.Select(part => !part.IsEmpty)], _reducer.Sum) ?? 0;
            var answers = await group.CallAsync(
                members,
                (member, i, token) => member.Worker.Channel.StepAsync(
                    new ShardStepCommand
                    {
                        Step = globalStep,
                        SampleIndices = parts[i],
                        NextSampleIndices = nextParts[i],
                        MeanGradient = Pending,
                        UpdateScale = _pendingScale,
                        MeasuresNoise = measuresNoise,
                        GradientBucketLength = buckets is null ? 0 : _plan!.BucketLength,
                        GradientBucketCount = buckets is null ? 0 : _plan!.Count,
                    },
                    bucket => buckets?.Take(round, i, bucket),
                    token),
                globalStep,
                cancellationToken);

            var contributions = new List<GradientContribution>(members.Length);
            var isGood = new bool[members.Length];
            var lost = new List<ReadOnlyMemory<int>>();
            for (var i = 0; i < members.Length; i++)
            {
                if (answers[i] is not { } answer)
                {
                    lost.Add(parts[i]);
                    continue;
                }

                var fault = parts[i].IsEmpty ? null : buckets?.Fault(i);
                if ((Refuse(answer.Result, parts[i].Length, buckets is not null) ?? fault) is { } reason)
                {
                    group.Remove(members[i], globalStep, reason);
                    lost.Add(parts[i]);
                    continue;
                }

                isGood[i] = !parts[i].IsEmpty;
                contributions.Add(new GradientContribution(members[i].Rank, answer.Result.Count, answer.Result.GradientSum));
                score += answer.Result.Score;
                parted.Add(answer.Result);
                var (samples, busy) = work.GetValueOrDefault(members[i]);
                work[members[i]] = (samples + answer.Result.Count, busy + answer.Result.BusyTime);
                if (isFirstRound)
                {
                    group.Observe(members[i], answer.Result, answer.Turnaround);
                }
            }

            if (buckets is null)
            {
                _reducer.Add(contributions.ToArray());
            }
            else if (buckets.End(isGood))
            {
                _reducer.Filled(contributions.Sum(contribution => contribution.SampleCount));
            }

            remaining = lost.SelectMany(part => part.ToArray()).ToArray();
        }

        var mean = _means[_nextMean];
        _nextMean = 1 - _nextMean;
        _reducer.WriteMean(mean);
        (Pending, _pendingScale) = (mean, scale);
        var noise = !measuresNoise ? null
            : parted is not { IsWhole: true, Scale: { } gradientScale } ? null
            : parted.Parts > 1 ? StepNoise.OfParts(parted.Squares, parted.Parts, mean, batch.Length, gradientScale)
            : _lastSamples > 0 && _lastScale is { } lastScale ? StepNoise.OfTwo(_means[_nextMean], _lastSamples, lastScale, mean, batch.Length, gradientScale)
            : null;
        (_lastSamples, _lastScale) = (batch.Length, parted.Scale);
        var metrics = group.Members.Select((member, i) =>
        {
            var (samples, busy) = work.GetValueOrDefault(member);
            return new WorkerStepMetrics(member.Worker.Name, samples, (double)samples / batch.Length, group.SamplesPerSecond(i), busy);
        });
        return new StepSummary(score, time.GetElapsedTime(start), [.. metrics], noise);
    }

    /// <summary>Has all workers make the pending update now; afterwards their states are those of the step boundary.</summary>
    public async Task FlushAsync(long globalStep, CancellationToken cancellationToken)
    {
        if (Pending is not { } mean)
        {
            return;
        }

        var command = new ShardStepCommand { Step = globalStep, SampleIndices = ReadOnlyMemory<int>.Empty, MeanGradient = mean, UpdateScale = _pendingScale };
        await group.CallAsync([.. group.Members], (member, _, token) => member.Worker.Channel.StepAsync(command, static _ => { }, token), globalStep, cancellationToken);
        Pending = null;
    }

    // Of a huge model, buckets as short as the setting allows would be too many.
    private static GradientBucketPlan? Plan(int parameterCount, int bucketLength) => parameterCount > bucketLength
        ? new GradientBucketPlan(parameterCount, Math.Max(bucketLength, GradientBucketPlan.MinLength(parameterCount)))
        : null;

    /// <summary>Why a result cannot be used, or null. A worker is another process, so its numbers are checked.</summary>
    private string? Refuse(ShardStepResult result, int samples, bool inBuckets)
    {
        if (result.Count != samples)
        {
            return $"answered for {result.Count} samples; {samples} were asked for";
        }

        if (result.Parts < 0 || result.Parts > samples)
        {
            return $"measured the noise of {result.Parts} parts of {samples} samples";
        }

        // Infinite or not a number is what a gradient that overflowed gives: that step says nothing of the noise.
        if (result.PartSquares < 0)
        {
            return $"measured the squares {result.PartSquares} of its parts; allowed 0 or more";
        }

        if (!double.IsFinite(result.GradientScale) || result.GradientScale <= 0)
        {
            return $"multiplied its gradient by {result.GradientScale}; allowed are finite numbers above 0";
        }

        return samples > 0 && !inBuckets && result.GradientSum.Length != parameterCount
            ? $"sent {result.GradientSum.Length} gradient values; the model has {parameterCount} parameters"
            : null;
    }

    internal sealed record StepSummary(BatchScore Score, TimeSpan Duration, ImmutableArray<WorkerStepMetrics> Workers, StepNoise? Noise);
}
