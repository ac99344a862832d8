namespace Orleans.Hosting;

/// <summary>How reminders behave.</summary>
public sealed class ReminderOptions
{
    /// <summary>The shortest period that may be registered; default 1 minute.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);
}
