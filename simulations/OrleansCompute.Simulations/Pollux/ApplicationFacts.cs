using System.Collections.Immutable;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>What the authors' simulators know of an application beside its measured files.</summary>
/// <param name="RestartSeconds">A start or a change of accelerators.</param>
/// <param name="SlowdownFactor">How many times slower it ran on real machines than the files say, 1 or more.</param>
/// <param name="MaxLocalBatch">Largest batch of one accelerator, where it is less than what was measured.</param>
public sealed record ApplicationFacts(double RestartSeconds, double SlowdownFactor, int MaxLocalBatch)
{
    /// <summary>An application of which nothing special is known: Pollux' restart of 30 seconds.</summary>
    public static ApplicationFacts Unknown { get; } = new(30, 1, int.MaxValue);

    /// <summary>Pollux (OSDI 2021): one restart time for all; yolov3 runs out of memory above 8 images.</summary>
    public static ImmutableDictionary<string, ApplicationFacts> Pollux { get; } =
        ImmutableDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, ApplicationFacts>
        {
            ["yolov3"] = new(30, 1, 8),
        });

    /// <summary>Sia (SOSP 2023): restarts and slowdowns that its authors fitted to their machines.</summary>
    public static ImmutableDictionary<string, ApplicationFacts> Sia { get; } =
        ImmutableDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, ApplicationFacts>
        {
            ["bert"] = new(120, 1.2, int.MaxValue),
            ["cifar10"] = new(50, 1.8, int.MaxValue),
            ["deepspeech2"] = new(25, 1.2, int.MaxValue),
            ["imagenet"] = new(250, 1.2, int.MaxValue),
            ["ncf"] = new(15, 1.5, int.MaxValue),
            ["yolov3"] = new(80, 1.2, int.MaxValue),
        });
}
