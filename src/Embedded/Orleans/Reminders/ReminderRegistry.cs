using Orleans.Hosting;

namespace Orleans.Embedded;

internal sealed class ReminderRegistry(SiloRuntime silo, IOptions<ReminderOptions> options) : IReminderRegistry
{
    public Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        if (dueTime < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "Allowed: zero or more.");
        }

        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"The period of reminder '{reminderName}' of {callingGrainId} is {period}; allowed: at least {options.Value.MinimumReminderPeriod} "
                + "(ReminderOptions.MinimumReminderPeriod). Use a grain timer for shorter ones.", nameof(period));
        }

        return Task.FromResult<IGrainReminder>(silo.Cluster.Reminders.Set(silo, callingGrainId, reminderName, dueTime, period));
    }

    public Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder) =>
        reminder is GrainReminder known && silo.Cluster.Reminders.Remove(callingGrainId, known)
            ? Task.CompletedTask
            : Task.FromException(new ReminderException(
                $"Could not unregister reminder '{reminder?.ReminderName}' of {callingGrainId}: it is not registered, or was registered anew since."));

    public Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) =>
        Task.FromResult<IGrainReminder?>(silo.Cluster.Reminders.Find(callingGrainId, reminderName));

    public Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) =>
        Task.FromResult(silo.Cluster.Reminders.FindAll(callingGrainId).ConvertAll<IGrainReminder>(static reminder => reminder));
}
