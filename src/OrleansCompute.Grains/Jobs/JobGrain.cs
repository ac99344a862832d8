using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Datasets;

namespace OrleansCompute.Grains.Jobs;

/// <inheritdoc cref="IJobGrain"/>
/// <remarks>
/// The grain keeps the state machine; training itself is a <see cref="TrainingRun"/> on the thread pool. Within its turn the grain
/// calls the pool only to submit: the pool may at any other time be waiting for this grain.
/// </remarks>
internal sealed partial class JobGrain(
    [PersistentState("job")] IPersistentState<JobGrainState> storage,
    TrainingRunFactory runs,
    TimeProvider clock,
    ILogger<JobGrain> logger) : Grain, IJobGrain, IJobRunGrain
{
    private const int MaxEvents = 200;
    private const int MaxLossPoints = 500;

    // A job that loses all of its workers so often without a checkpoint in between has a cause that trying again does not cure.
    private const int MaxBreaks = 10;
    private TrainingRun? _run;

    // What follows once the state is stored. Stays where storing failed: then whoever calls again, and everybody who has something to
    // tell does, completes the change, which the state in memory shows already.
    private Action? _onStored;

    private JobGrainState State => storage.State;

    private (string Tenant, string Job) Key => FabricKey.Split(this.GetPrimaryKeyString());

    private bool HasEnded => State.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.State == JobState.Running)
        {
            // The run lived in the process of the last activation; what it would still tell is of a generation that is over.
            await RequeueAsync("The silo that led training is gone; goes on from the last checkpoint.");
        }
        else if (State.State == JobState.Queued)
        {
            // The last activation may have gone between writing that it waits and telling the pool, which ignores what it knows.
            runs.SubmitInBackground(Resubmission(), State.Spec!.Pool);
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_run is { } run)
        {
            // Asked to end, not waited for: its clean-up calls this grain, which is on its way out. The leases stay, so that the
            // pool knows whom to tell when the node leaves.
            run.Cancel();
            await storage.WriteStateAsync(cancellationToken);
        }
    }

    public async Task<JobStatus> Submit(JobSpec spec)
    {
        if (FabricKey.Of(spec.Tenant, spec.Name) != this.GetPrimaryKeyString())
        {
            throw new FabricRefusedException($"The job is '{spec.Tenant}/{spec.Name}'; this is '{this.GetPrimaryKeyString()}'.");
        }

        if (State.Spec is not null)
        {
            throw new FabricRefusedException($"The job name '{spec.Name}' is taken (state {State.State}); choose another.");
        }

        var work = await CheckAsync(spec);
        await GrainFactory.GetGrain<ITenantGrain>(spec.Tenant).Register(TenantResource.Job, spec.Name);
        var now = clock.GetUtcNow();
        await GrainFactory.GetGrain<IPoolGrain>(spec.Pool).Submit(Request(spec, now, work));
        State.Spec = spec;
        State.State = JobState.Queued;
        State.SubmittedAt = now;
        State.Work = work;
        Note($"Submitted to pool {spec.Pool}.");
        await storage.WriteStateAsync();
        return Status();
    }

    public async Task<JobStatus> Cancel(string reason)
    {
        Require();
        await StoreAsync();
        if (!HasEnded)
        {
            // Its shards may be in the middle of a step: what they use is free when the run has unloaded them.
            _run?.Cancel();
            End(JobState.Cancelled, reason);
            await StoreAsync(() => Release(_run));
        }

        return Status();
    }

    public Task<JobStatus> GetStatus()
    {
        Require();
        return Task.FromResult(Status());
    }

    public Task<bool> Progressed(int generation, JobProgress progress, ImmutableArray<LossPoint> points)
    {
        if (IsCurrent(generation))
        {
            State.Progress = progress;
            State.LossCurve.AddRange(points);
            if (State.LossCurve.Count > MaxLossPoints)
            {
                State.LossCurve = [.. State.LossCurve.Where((_, i) => i % 2 == 0)];
            }
        }

        return Task.FromResult(IsCurrent(generation));
    }

    public Task Noted(int generation, string text)
    {
        if (IsCurrent(generation))
        {
            Note(text);
        }

        return Task.CompletedTask;
    }

    public async Task CheckpointStored(int generation, string sha256, int epoch, long step)
    {
        if (IsCurrent(generation))
        {
            State.Breaks = step > State.CheckpointStep ? 0 : State.Breaks;
            State.CheckpointSha256 = sha256;
            State.CheckpointStep = step;

            // With batches that change, an epoch of progress takes more than one pass.
            Note($"Checkpoint after {(State.Spec?.Training.MaxBatchSize is null ? $"epoch {epoch}" : $"pass {epoch} over the data")}: {sha256[..12]}.");
            await storage.WriteStateAsync();
        }
    }

    public async Task Completed(int generation, JobResult result)
    {
        await StoreAsync();
        if (IsCurrent(generation))
        {
            State.Result = result;
            var speeds = JobWork.Learn([.. State.Progress?.Workers ?? [], .. result.Workers], State.Leases);
            End(JobState.Succeeded, $"Model {State.Spec!.Model.Name} version {result.ModelVersion} is in the registry.");
            _run = null;
            await StoreAsync(() => Release());
            runs.LearnInBackground(State.Spec, speeds);
        }
    }

    public async Task Stopped(int generation)
    {
        await StoreAsync();
        if (IsCurrent(generation))
        {
            _run = null;
            await RequeueAsync($"Preempted; goes on from step {State.CheckpointStep}.");
        }
    }

    public async Task Broke(int generation, string reason, bool isTransient)
    {
        await StoreAsync();
        if (!IsCurrent(generation))
        {
            return;
        }

        _run = null;
        LogBroke(this.GetPrimaryKeyString(), generation, reason);
        if (isTransient && ++State.Breaks < MaxBreaks)
        {
            await RequeueAsync(reason);
        }
        else
        {
            End(JobState.Failed, reason);
            await StoreAsync(() => Release());
        }
    }

    private JobRequest Resubmission() =>
        Request(State.Spec!, State.SubmittedAt, State.Work) with { IsResubmitted = true, SettingsVersion = State.SettingsVersion };

    private static JobRequest Request(JobSpec spec, DateTimeOffset submittedAt, JobWork work) => new()
    {
        Tenant = spec.Tenant,
        Job = spec.Name,
        MinAccelerators = spec.Resources.MinAccelerators,
        MaxAccelerators = spec.Resources.MaxAccelerators,
        Kinds = spec.Resources.Kinds,
        SubmittedAt = submittedAt,
        ComputeShareFraction = spec.Resources.Fraction?.Compute ?? 1,
        MemoryBytes = spec.Resources.Fraction?.MemoryBytes ?? 0,
        Priority = spec.Resources.Priority,
        DeadlineAt = submittedAt + spec.Resources.Deadline,
        Budget = spec.Resources.Budget,
        IsPreemptible = spec.Resources.Preemptible,
        MayMixTypes = spec.Resources.MixTypes,
        MinRunSeconds = spec.Resources.MinRunSeconds,
        CpuCoresPerAccelerator = spec.Resources.CpuCoresPerAccelerator,
        HostMemoryBytesPerAccelerator = spec.Resources.HostMemoryBytesPerAccelerator,
        NearNodes = spec.Resources.NearNodes,
        AffinityGroup = spec.Resources.Affinity?.Group ?? "",
        IsAntiAffine = spec.Resources.Affinity?.Apart ?? false,
        BatchSize = spec.Training.BatchSize,
        MaxBatchSize = MaxBatchOf(spec, work),
        Samples = work.Samples,
        SampleGflop = JobWork.LeastGflop(spec),
        Speeds = work.Speeds,
        DatasetKey = work.DatasetKey ?? "",
    };

    // No step has more samples than an epoch.
    private static int MaxBatchOf(JobSpec spec, JobWork work) => spec.Training.MaxBatchSize is not { } max ? 0
        : work.Samples <= 0 ? max
        : (int)Math.Min(max, Math.Max(spec.Training.BatchSize, work.Samples / spec.Training.Epochs));

    private async Task<JobWork> CheckAsync(JobSpec spec)
    {
        if (JobSpecValidator.Validate(spec) is { Count: > 0 } problems)
        {
            throw new FabricRefusedException(string.Join(" ", problems));
        }

        NetworkMapper.Check(spec.Model);
        var data = await GrainFactory.GetGrain<IDatasetGrain>(FabricKey.Of(spec.Tenant, spec.Data.Dataset)).Get(spec.Data.Version);
        NetworkMapper.CheckFits(spec.Model, data);
        if (spec.Data.Validation is { } validation)
        {
            NetworkMapper.CheckFits(
                spec.Model, await GrainFactory.GetGrain<IDatasetGrain>(FabricKey.Of(spec.Tenant, validation)).Get(0));
        }

        return new JobWork
        {
            Samples = (long)data.Count * spec.Training.Epochs,
            DatasetKey = DatasetCache.KeyOf(data.ImagesSha256, data.LabelsSha256),
            Speeds = await GrainFactory.GetGrain<ISpeedGrain>(spec.Tenant).Get(JobWork.LikeOf(spec)),
        };
    }

    private async Task RequeueAsync(string reason)
    {
        // By number: the pool may have given the job others already.
        ImmutableArray<long> ids = [.. State.Leases.Select(lease => lease.Id)];
        State.State = JobState.Queued;
        State.Reason = reason;
        State.Leases.Clear();
        Note($"Queued again: {reason}");
        await StoreAsync(() => runs.ResubmitInBackground(Resubmission(), State.Spec!.Pool, ids));
    }

    private Task StoreAsync(Action then)
    {
        _onStored = then;
        return StoreAsync();
    }

    /// <summary>Completes the change that is not stored yet; nothing where there is none.</summary>
    private async Task StoreAsync()
    {
        if (_onStored is { } then)
        {
            await storage.WriteStateAsync();
            _onStored = null;
            then();
        }
    }

    // By the job and not by the run: a run whose generation is over must not give back what the next one holds.
    private void Release(TrainingRun? ended = null) => runs.ReleaseInBackground(Key.Tenant, Key.Job, State.Spec!.Pool, ended);

    private void End(JobState state, string reason)
    {
        State.State = state;
        State.Reason = reason;
        State.FinishedAt = clock.GetUtcNow();
        State.Leases.Clear();
        Note($"{state}: {reason}");
    }

    private bool IsCurrent(int generation) => State.State == JobState.Running && State.Generation == generation;

    private void Note(string text)
    {
        if (State.Events.Count == MaxEvents)
        {
            State.Events.RemoveAt(0);
        }

        State.Events.Add(new JobEvent { At = clock.GetUtcNow(), Text = text });
    }

    private void Require()
    {
        if (State.Spec is null)
        {
            throw new FabricNotFoundException($"There is no job '{this.GetPrimaryKeyString()}'; submit it with `oc job submit`.");
        }
    }

    private JobStatus Status() => new()
    {
        Spec = State.Spec!,
        State = State.State,
        Reason = State.Reason,
        SubmittedAt = State.SubmittedAt,
        StartedAt = State.StartedAt,
        FinishedAt = State.FinishedAt,
        Generation = State.Generation,
        Progress = State.Progress,
        LossCurve = [.. State.LossCurve],
        Events = [.. State.Events],
        Result = State.Result,
    };
}
