using Microsoft.Extensions.Logging;

namespace OrleansCompute.Grains.Jobs;

/// <content>Log messages.</content>
internal sealed partial class JobGrain
{
    [LoggerMessage(5101, LogLevel.Warning, "Job {Job}, generation {Generation}, broke: {Reason}")]
    private partial void LogBroke(string job, int generation, string reason);
}
