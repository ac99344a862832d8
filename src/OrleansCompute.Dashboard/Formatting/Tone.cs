using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Dashboard.Formatting;

/// <summary>The colour class of a state; the word beside it always says the same, for those who see no colours.</summary>
internal static class Tone
{
    public const string Good = "good";
    public const string Busy = "busy";
    public const string Warn = "warn";
    public const string Bad = "bad";
    public const string Idle = "idle";

    public static string Of(NodeState state) => state switch
    {
        NodeState.Ready => Good,
        NodeState.Draining => Warn,
        _ => Bad,
    };

    public static string Of(JobState state) => state switch
    {
        JobState.Succeeded => Good,
        JobState.Running => Busy,
        JobState.Queued => Warn,
        JobState.Failed => Bad,
        _ => Idle,
    };

    public static string Of(RolloutState state) => state switch
    {
        RolloutState.Completed => Good,
        RolloutState.Running => Busy,
        RolloutState.RolledBack => Bad,
        _ => Idle,
    };

    public static string Of(ModelUpdateState state) => state switch
    {
        ModelUpdateState.Running => Good,
        ModelUpdateState.Downloading or ModelUpdateState.Verifying or ModelUpdateState.Trying => Busy,
        ModelUpdateState.Refused or ModelUpdateState.Failed => Bad,
        _ => Idle,
    };

    /// <summary>The words of a roll-out's state.</summary>
    public static string Words(RolloutState state) => state == RolloutState.RolledBack ? "Rolled back" : state.ToString();

    /// <summary>The words of a device's place in a roll-out.</summary>
    public static string Words(RolloutDevice device) => device switch
    {
        { Offered: false } => "Waiting",
        { State: ModelUpdateState.None } => "Offered",
        _ => device.State.ToString(),
    };
}
