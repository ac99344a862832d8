using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent.Models;

internal sealed partial class ModelUpdater
{
    [LoggerMessage(7030, LogLevel.Information, "Model {Model} version {Version} (issue {Issue}, {Bytes} bytes) is being fetched.")]
    private partial void LogUpdating(string model, int version, long issue, long bytes);

    [LoggerMessage(7031, LogLevel.Information, "Model {Model} version {Version} (issue {Issue}) is running.")]
    private partial void LogRunning(string model, int version, long issue);

    [LoggerMessage(7032, LogLevel.Information, "Model {Model} version {Version} (issue {Issue}) is running again after a restart.")]
    private partial void LogRestored(string model, int version, long issue);

    [LoggerMessage(7033, LogLevel.Warning, "Model {Model} version {Version} (issue {Issue}) is not accepted: {Reason}")]
    private partial void LogNotAccepted(string model, int version, long issue, string reason);

    [LoggerMessage(7034, LogLevel.Information, "Model {Model} version {Version} (issue {Issue}) is given up for a newer offer.")]
    private partial void LogSuperseded(string model, int version, long issue);

    [LoggerMessage(7035, LogLevel.Warning, "Model {Model} version {Version} is fetched anew: {Reason}")]
    private partial void LogResumeFailed(string model, int version, string reason);
}
