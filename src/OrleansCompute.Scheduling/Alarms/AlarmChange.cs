namespace OrleansCompute.Scheduling.Alarms;

/// <summary>Whether an alarm begins or ends.</summary>
public enum AlarmChange
{
    /// <summary>Neither.</summary>
    None,

    /// <summary>One begins.</summary>
    Raised,

    /// <summary>The one that lasted ends.</summary>
    Cleared,
}
