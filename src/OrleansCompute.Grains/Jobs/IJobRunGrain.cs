using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Grains.Jobs;

/// <summary>How a job's training run, which works off the grain's turn, tells the job what happened. Key: tenant/job.</summary>
/// <remarks>Every call carries the generation: a run that was given up can no longer change the job.</remarks>
[Alias("oc.IJobRunGrain")]
public interface IJobRunGrain : IGrainWithStringKey
{
    /// <summary>How far it is.</summary>
    /// <param name="generation">The run's.</param>
    /// <param name="progress">Now.</param>
    /// <param name="points">Points of the loss curve since the last call.</param>
    /// <returns>Whether the job still wants this run; if not, the run must publish nothing and end.</returns>
    Task<bool> Progressed(int generation, JobProgress progress, ImmutableArray<LossPoint> points);

    /// <summary>Something worth an entry in the job's history.</summary>
    Task Noted(int generation, string text);

    /// <summary>A checkpoint is in the artifact store.</summary>
    /// <param name="generation">The run's.</param>
    /// <param name="sha256">The artifact.</param>
    /// <param name="epoch">Epochs that it contains.</param>
    /// <param name="step">Steps that it contains.</param>
    Task CheckpointStored(int generation, string sha256, int epoch, long step);

    /// <summary>The model is in the registry.</summary>
    Task Completed(int generation, JobResult result);

    /// <summary>The run stopped at a step boundary, as all of its workers were to leave; the checkpoint of that step is stored.</summary>
    Task Stopped(int generation);

    /// <summary>The run cannot go on.</summary>
    /// <param name="generation">The run's.</param>
    /// <param name="reason">A sentence.</param>
    /// <param name="isTransient">Whether other workers, from the last checkpoint, may do better.</param>
    Task Broke(int generation, string reason, bool isTransient);
}
