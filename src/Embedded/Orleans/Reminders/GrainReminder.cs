namespace Orleans.Embedded;

[Immutable]
internal sealed record GrainReminder(string ReminderName, string ETag) : IGrainReminder;
