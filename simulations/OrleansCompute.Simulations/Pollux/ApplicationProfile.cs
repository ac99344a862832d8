using System.Collections.Immutable;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>A measured application: how its training converges with which batch, and how fast it steps on which accelerators.</summary>
public sealed class ApplicationProfile
{
    private readonly ImmutableArray<int> _batches;
    private readonly ImmutableArray<ImmutableArray<GradientNoise>> _noise;

    // Progress at the end of each epoch, the least over all batches; 0 before the first.
    private readonly ImmutableArray<double> _progress;

    internal ApplicationProfile(
        string name,
        ApplicationFacts facts,
        ImmutableArray<int> batches,
        ImmutableArray<ImmutableArray<GradientNoise>> noise,
        ImmutableArray<double> progress,
        ImmutableDictionary<string, TypeProfile> types)
    {
        Name = name;
        Facts = facts;
        _batches = batches;
        _noise = noise;
        _progress = progress;
        Types = types;
    }

    /// <summary>Name of the application.</summary>
    public string Name { get; }

    /// <summary>What is known of it beside the measurements.</summary>
    public ApplicationFacts Facts { get; }

    /// <summary>Epochs of a training run.</summary>
    public int Epochs => _progress.Length - 1;

    /// <summary>Batch that the application was written for: the smallest that was validated.</summary>
    public int InitialBatch => _batches[0];

    /// <summary>Largest batch that was validated.</summary>
    public int MaxBatch => _batches[^1];

    /// <summary>Measurements by accelerator type.</summary>
    public ImmutableDictionary<string, TypeProfile> Types { get; }

    /// <summary>Progress, in steps of the initial batch, when so many epochs are done.</summary>
    public double ProgressAfter(int epochs) => _progress[epochs];

    /// <summary>Noise of the gradients during an epoch with a batch, linear between the batches that were validated.</summary>
    public GradientNoise Noise(int batch, int epoch)
    {
        batch = Math.Clamp(batch, _batches[0], _batches[^1]);
        var upper = 0;
        while (_batches[upper] < batch)
        {
            upper++;
        }

        var high = _noise[upper][epoch];
        if (_batches[upper] == batch)
        {
            return high;
        }

        var low = _noise[upper - 1][epoch];
        var fraction = (batch - _batches[upper - 1]) / (double)(_batches[upper] - _batches[upper - 1]);
        return new GradientNoise(
            low.Square + (fraction * (high.Square - low.Square)), low.Variance + (fraction * (high.Variance - low.Variance)));
    }

    /// <summary>Limits of batches on a type.</summary>
    public BatchLimits Limits(string type)
    {
        var profile = Types[type];
        return new BatchLimits(
            InitialBatch, MaxBatch, profile.MinLocalBatch, Math.Max(profile.MinLocalBatch, Math.Min(profile.MaxLocalBatch, Facts.MaxLocalBatch)));
    }
}
