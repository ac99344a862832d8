namespace Orleans.Embedded;

/// <summary>Event ids 9000 to 9019.</summary>
internal sealed partial class SiloRuntime
{
    [LoggerMessage(9000, LogLevel.Error, "Activating {GrainId} failed.")]
    public partial void LogActivationFailed(Exception exception, GrainId grainId);

    [LoggerMessage(9001, LogLevel.Error, "Deactivating {GrainId} failed; it is gone all the same.")]
    public partial void LogDeactivationFailed(Exception exception, GrainId grainId);

    [LoggerMessage(9002, LogLevel.Error, "A timer callback of {GrainId} failed; the timer goes on.")]
    public partial void LogTimerFailed(Exception exception, GrainId grainId);

    [LoggerMessage(9003, LogLevel.Information, "Silo {Name} is active at {Address} in cluster {ClusterId}.")]
    private partial void LogActive(string name, SiloAddress address, string clusterId);

    [LoggerMessage(9004, LogLevel.Warning, "Silo {Name} ran out of time to stop: {Count} grains are dropped without OnDeactivateAsync.")]
    private partial void LogDeactivationCutShort(string name, int count);

    [LoggerMessage(9005, LogLevel.Error, "The silo status listener {Listener} failed.")]
    private partial void LogListenerFailed(Exception exception, string listener);

    [LoggerMessage(9006, LogLevel.Error, "Reminder {ReminderName} of {GrainId} failed; it comes again.")]
    public partial void LogReminderFailed(Exception exception, string reminderName, GrainId grainId);
}
