namespace Orleans.Hosting;

/// <summary>Keeps reminders in memory.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>Keeps reminders in the memory of the cluster.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder) => builder.AddReminders();
}
