using Microsoft.Extensions.Logging;

namespace OrleansCompute.Grains.Jobs;

/// <content>Log messages.</content>
internal sealed partial class TrainingRun
{
    [LoggerMessage(5121, LogLevel.Information, "Job {Job}, generation {Generation}: training was cancelled")]
    private partial void LogCancelled(string job, int generation);

    [LoggerMessage(5122, LogLevel.Error, "Job {Job}, generation {Generation}: training failed")]
    private partial void LogFailed(Exception exception, string job, int generation);

    [LoggerMessage(5123, LogLevel.Warning, "Job {Job}, generation {Generation}: a shard could not be unloaded")]
    private partial void LogUnloadFailed(Exception exception, string job, int generation);

    [LoggerMessage(5124, LogLevel.Warning, "Job {Job}, generation {Generation}: the end was not taken at attempt {Attempt}; it is tried again")]
    private partial void LogEndRetried(Exception exception, string job, int generation, int attempt);

    [LoggerMessage(5125, LogLevel.Error, "Job {Job}, generation {Generation}: the job could not be told of the end")]
    private partial void LogEndNotTold(Exception exception, string job, int generation);

    [LoggerMessage(5151, LogLevel.Warning, "Worker {Worker} of job {Job}, generation {Generation}, could not join; its lease goes back")]
    private partial void LogJoinFailed(Exception exception, string job, int generation, string worker);

    [LoggerMessage(5152, LogLevel.Warning, "The pool did not take leases of job {Job} back at attempt {Attempt}; it is tried again")]
    private partial void LogReturnRetried(Exception exception, string job, int attempt);

    [LoggerMessage(5153, LogLevel.Error, "Leases of job {Job} could not be given back; they expire")]
    private partial void LogReturnFailed(Exception exception, string job);

    [LoggerMessage(5154, LogLevel.Warning, "The pool was not told that job {Job} is there; it is told again soon")]
    private partial void LogRenewFailed(Exception exception, string job);
}
