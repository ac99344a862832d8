using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// The batch that a job is advised. Each report asks for it, once a second, and a fit takes up to half a millisecond: so it is that of the last fit,
/// which is made off the turn of who asks, and again only when it could be another or is old. Not thread-safe: of one turn.
/// </summary>
/// <param name="clock">For the age of a fit.</param>
internal sealed class BatchAdvice(TimeProvider clock)
{
    /// <summary>A fit is made again after this time: what is measured drifts by less than what counts as a change.</summary>
    public static readonly TimeSpan RefitAfter = TimeSpan.FromSeconds(10);

    // Below this gain a batch is kept for a while: predictions for neighbouring sizes change places with every measurement, and each change costs plans.
    private const double QuickGain = 1.5;
    private JobProfile? _fitted;
    private JobRequest? _request;
    private long _fittedAt;
    private long _changedAt;

    /// <summary>The batch by the last fit; 0 where the job goes on as it is.</summary>
    public int BatchSize { get; private set; }

    /// <summary>Fits that were begun.</summary>
    public int Fits { get; private set; }

    /// <summary>The fit on its way; done where none is.</summary>
    public Task Fit { get; private set; } = Task.CompletedTask;

    /// <summary>Takes in that there was a report: forgets what holds no more, and begins a fit where one is due.</summary>
    /// <param name="profile">With that report.</param>
    /// <param name="request">What the job asks.</param>
    public void Renew(JobProfile profile, JobRequest request)
    {
        if (!profile.CanChoose(request))
        {
            (BatchSize, _fitted) = (0, null);
        }
        else if (Fit.IsCompleted
            && (_fitted is null || !profile.IsLike(_fitted) || !IsLike(request, _request) || clock.GetElapsedTime(_fittedAt) >= RefitAfter))
        {
            (_fitted, _request, _fittedAt) = (profile.Freeze(), request, clock.GetTimestamp());
            Fits++;
            Fit = FitAsync(_fitted, request);
        }
    }

    /// <summary>Takes over what was decided with other accelerators; what its reports say of them is next.</summary>
    /// <param name="batch">Samples of a step.</param>
    public void Begin(int batch) => (BatchSize, _fitted, _changedAt) = (batch, null, clock.GetTimestamp());

    /// <summary>Why the last fit failed, said once; the advice stays as it was. Null where it did not.</summary>
    public Exception? TakeFailure()
    {
        var failure = Fit.Exception;
        Fit = failure is null ? Fit : Task.CompletedTask;
        return failure;
    }

    private async Task FitAsync(JobProfile profile, JobRequest request)
    {
        var choice = await Task.Run(() => profile.ChooseBatch(request));
        if (ReferenceEquals(profile, _fitted) && (choice is not { } worth || IsToBeTaken(worth, BatchSize, clock.GetElapsedTime(_changedAt))))
        {
            var batch = choice?.Batch ?? 0;
            _changedAt = batch == BatchSize ? _changedAt : clock.GetTimestamp();
            BatchSize = batch;
        }
    }

    /// <summary>Whether a choice replaces the advice.</summary>
    /// <param name="choice">By the last fit.</param>
    /// <param name="advised">Before; 0 for none.</param>
    /// <param name="sinceChange">Time since the advice changed.</param>
    internal static bool IsToBeTaken(BatchDecision choice, int advised, TimeSpan sinceChange) =>
        advised == 0 || sinceChange >= RefitAfter || choice.Goodput >= QuickGain * choice.PresentGoodput;

    private static bool IsLike(JobRequest request, JobRequest? other) =>
        (request.BatchSize, request.MaxBatchSize) == (other?.BatchSize, other?.MaxBatchSize);
}
