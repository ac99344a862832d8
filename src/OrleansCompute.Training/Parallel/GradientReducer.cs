using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansCompute.Training.Parallel;

/// <summary>
/// Turns the workers' gradient sums into the mean gradient of the batch. Sums in order of rank, whatever the order of arrival:
/// float addition is not associative, and equal runs shall give equal bits. Holds one vector; not thread-safe.
/// </summary>
public sealed class GradientReducer
{
    private readonly float[] _sum;
    private bool _isEmpty = true;

    /// <summary>Reserves the sum.</summary>
    /// <param name="length">Number of parameters, 1 or more.</param>
    public GradientReducer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _sum = new float[length];
    }

    /// <summary>Number of parameters.</summary>
    public int Length => _sum.Length;

    /// <summary>Samples summed up since the last <see cref="WriteMean"/>.</summary>
    public int SampleCount { get; private set; }

    /// <summary>Adds what the workers of one round computed; the memory is free again afterwards.</summary>
    /// <param name="contributions">In any order; sorted by rank in place.</param>
    /// <exception cref="ArgumentException">A vector has the wrong length, or a rank occurs twice.</exception>
    public void Add(Span<GradientContribution> contributions)
    {
        contributions.Sort(static (a, b) => a.Rank.CompareTo(b.Rank));
        for (var i = 0; i < contributions.Length; i++)
        {
            var contribution = contributions[i];
            if (i > 0 && contributions[i - 1].Rank == contribution.Rank)
            {
                throw new ArgumentException($"Rank {contribution.Rank} contributes twice; each worker contributes once per round.", nameof(contributions));
            }

            if (contribution.SampleCount < 0 || (contribution.SampleCount > 0 && contribution.GradientSum.Length != Length))
            {
                throw new ArgumentException(
                    $"Rank {contribution.Rank} sent {contribution.GradientSum.Length} gradient values for {contribution.SampleCount} samples; " +
                    $"the model has {Length} parameters.",
                    nameof(contributions));
            }
        }

        foreach (var contribution in contributions)
        {
            if (contribution.SampleCount == 0)
            {
                continue;
            }

            if (_isEmpty)
            {
                contribution.GradientSum.Span.CopyTo(_sum);
            }
            else
            {
                AddTo(_sum, contribution.GradientSum.Span);
            }

            _isEmpty = false;
            SampleCount += contribution.SampleCount;
        }
    }

    /// <summary>Where a <see cref="BucketReducer"/> sums up a first round; <see cref="Filled"/> says when it has.</summary>
    internal Memory<float> Sum => _sum;

    /// <summary>Notes that <see cref="Sum"/> holds the gradients of so many samples.</summary>
    internal void Filled(int samples) => (SampleCount, _isEmpty) = (samples, false);

    /// <summary>Writes sum / samples and starts anew.</summary>
    /// <param name="mean">Exactly <see cref="Length"/> long.</param>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public void WriteMean(Span<float> mean)
    {
        if (mean.Length != Length)
        {
            throw new ArgumentException($"mean has {mean.Length} values; the model has {Length} parameters.", nameof(mean));
        }

        if (SampleCount == 0)
        {
            throw new InvalidOperationException("There is no mean of no samples; add contributions first.");
        }

        Scale(_sum, 1f / SampleCount, mean);
        Clear();
    }

    /// <summary>Forgets what was added.</summary>
    public void Clear() => (SampleCount, _isEmpty) = (0, true);

    /// <summary>target += values, element by element.</summary>
    internal static void AddTo(Span<float> target, ReadOnlySpan<float> values)
    {
        var wideTarget = MemoryMarshal.Cast<float, Vector<float>>(target);
        var wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < wideTarget.Length && i < wideValues.Length; i++)
        {
            wideTarget[i] += wideValues[i];
        }

        for (var i = wideTarget.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] += values[i];
        }
    }

    private static void Scale(ReadOnlySpan<float> values, float factor, Span<float> target)
    {
        var wideTarget = MemoryMarshal.Cast<float, Vector<float>>(target);
        var wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < wideTarget.Length && i < wideValues.Length; i++)
        {
            wideTarget[i] = wideValues[i] * factor;
        }

        for (var i = wideTarget.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] = values[i] * factor;
        }
    }
}
