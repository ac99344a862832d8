using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <summary>What one worker of a run did so far.</summary>
internal sealed class WorkerTally(Lease lease)
{
    private long _samples;
    private double _share;

    public bool HasWorked => _samples > 0;

    public void Take(WorkerStepMetrics metrics)
    {
        _samples += metrics.Samples;
        _share = metrics.ShareFraction;
    }

    /// <summary>Its part of the present rate.</summary>
    public WorkerProgress Recent(double jointRate) => Progress(_share, jointRate * _share, alone: 0);

    /// <summary>Its part of the whole of training.</summary>
    public WorkerProgress Overall(long samples, TimeSpan trained, double alone) => Progress(
        samples > 0 ? (double)_samples / samples : 0, trained > TimeSpan.Zero ? _samples / trained.TotalSeconds : 0, alone);

    private WorkerProgress Progress(double share, double rate, double alone) => new()
    {
        Node = lease.Node,
        Accelerator = lease.Accelerator,
        ShareFraction = share,
        ImagesPerSecond = rate,
        AloneImagesPerSecond = alone,
    };
}
