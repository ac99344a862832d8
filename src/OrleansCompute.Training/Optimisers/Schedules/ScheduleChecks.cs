namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>Collects errors of a schedule.</summary>
internal sealed class ScheduleChecks
{
    public const long MaxSteps = 1L << 40;

    public List<string> Errors { get; } = [];

    public ScheduleChecks Rate(string name, double value)
    {
        OptionChecks.Above(Errors, $"Schedule.{name}", value, 0, 100);
        return this;
    }

    public ScheduleChecks Within(string name, double value, double min, double max)
    {
        OptionChecks.Within(Errors, $"Schedule.{name}", value, min, max);
        return this;
    }

    public ScheduleChecks Above(string name, double value, double above, double max)
    {
        OptionChecks.Above(Errors, $"Schedule.{name}", value, above, max);
        return this;
    }

    /// <summary>Warm-up on the first steps: rises in a straight line and reaches the peak with the step after the last of them.</summary>
    public static double WarmUp(long step, long warmUpSteps) => step < warmUpSteps ? (step + 1.0) / (warmUpSteps + 1.0) : 1;

    /// <summary>How far a step is between the warm-up and the end: 0 to 1.</summary>
    public static double Progress(long step, long warmUpSteps, long totalSteps) =>
        totalSteps <= warmUpSteps ? 1 : Math.Clamp((double)(step - warmUpSteps) / (totalSteps - warmUpSteps), 0, 1);
}
