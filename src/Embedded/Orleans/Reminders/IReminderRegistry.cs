namespace Orleans.Timers;

/// <summary>Registers reminders of grains. Thread-safe.</summary>
public interface IReminderRegistry
{
    /// <summary>Registers a reminder, or replaces the one of the same name.</summary>
    Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period);

    /// <summary>Removes a reminder.</summary>
    Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder);

    /// <summary>A reminder by name; null when absent.</summary>
    Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName);

    /// <summary>The grain's reminders.</summary>
    Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId);
}
