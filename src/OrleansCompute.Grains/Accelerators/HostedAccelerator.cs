using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Scoring;
using OrleansCompute.Training.Accelerators;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>An accelerator of this silo: the open device and the thread that runs them under its share.</summary>
internal sealed class HostedAccelerator : IDisposable
{
    private double _scoreGflops;

    public HostedAccelerator(AcceleratorOptions options, TimeProvider clock)
    {
        Options = options;
        Device = new CpuAccelerator(options.Level, options.Threads);
        Executor = new AcceleratorExecutor(
            new AcceleratorExecutorOptions { Name = options.Name, ComputeShare = options.ComputeShareFraction }, clock);
    }

    public AcceleratorOptions Options { get; }

    public IAccelerator Device { get; }

    public AcceleratorExecutor Executor { get; }

    /// <summary>Measured speed, share included; 0 until measured.</summary>
    public double ScoreGflops => Volatile.Read(ref _scoreGflops);

    /// <summary>Runs the short benchmark on the accelerator's own thread.</summary>
    public async Task MeasureAsync(TimeProvider clock, TimeSpan duration, CancellationToken cancellationToken)
    {
        // Four measurements of five samples each.
        var options = new ScoreOptions { SampleTime = duration / 20 };
        var gflops = await Executor.RunAsync(() => new AcceleratorScorer(Device, clock, options).MeasureTraining(), cancellationToken);
        Volatile.Write(ref _scoreGflops, gflops * Options.ComputeShareFraction);
    }

    public void Dispose()
    {
        Executor.Dispose();
        Device.Dispose();
    }
}
