using System.Text;
using OrleansCompute.Contracts;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Scoring;
using OrleansCompute.Training.Accelerators;
using OpenOptions = OrleansCompute.Tensors.Accelerators.AcceleratorOptions;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>An accelerator of this silo: the open device and the thread that runs them under its share.</summary>
internal sealed class HostedAccelerator : IDisposable
{
    private double _scoreGflops;
    private long _scoreTicks;

    /// <exception cref="AcceleratorException">The catalogue has no such device.</exception>
    public HostedAccelerator(AcceleratorOptions options, AcceleratorCatalogue catalogue, TimeProvider clock)
    {
        Options = options;
        Device = options.Device == AcceleratorCatalogue.Best
            ? new CpuAccelerator(options.Level, options.Threads)
            : catalogue.Open(options.Device, new OpenOptions { Threads = options.Threads });
        Executor = new AcceleratorExecutor(
            new AcceleratorExecutorOptions { Name = options.Name, ComputeShare = options.ComputeShareFraction }, clock);
    }

    public AcceleratorOptions Options { get; }

    public IAccelerator Device { get; }

    public AcceleratorExecutor Executor { get; }

    /// <summary>What the pool counts as alike: the kernels, and for devices the model too, in the form of every name.</summary>
    public string Kind => Device.Info.IsHostMemory ? Device.Kernels.Name : NameOf($"{Device.Kernels.Name}-{Device.Info.Name}");

    /// <summary>Measured speed, share included; 0 until measured.</summary>
    public double ScoreGflops => Volatile.Read(ref _scoreGflops);

    /// <summary>When it was measured, UTC; null before, and where a score card says it.</summary>
    public DateTimeOffset? ScoreMeasuredAt => Volatile.Read(ref _scoreTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>
    /// Takes the speed of the score card, and gives null; without one it runs the short benchmark on the accelerator's own thread, and gives what
    /// that says, share included: what of it is believed is for <see cref="SetScore"/>.
    /// </summary>
    public async Task<double?> MeasureAsync(TimeProvider clock, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (Options.ScoreGflops is { } known)
        {
            Volatile.Write(ref _scoreGflops, known * Options.ComputeShareFraction);
            return null;
        }

        // Four measurements of five samples each.
        var options = new ScoreOptions { SampleTime = duration / 20 };
        var gflops = await Executor.RunAsync(() => new AcceleratorScorer(Device, clock, options).MeasureTraining(), cancellationToken);
        return gflops * Options.ComputeShareFraction;
    }

    /// <summary>Sets what is believed.</summary>
    public void SetScore(double gflops, DateTimeOffset at)
    {
        Volatile.Write(ref _scoreGflops, gflops);
        Volatile.Write(ref _scoreTicks, at.UtcTicks);
    }

    private static string NameOf(string text)
    {
        var name = new StringBuilder();
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                name.Append(c);
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }
        }

        return name.ToString(0, Math.Min(name.Length, FabricNames.MaxLength)).TrimEnd('-');
    }

    public void Dispose()
    {
        Executor.Dispose();
        Device.Dispose();
    }
}
