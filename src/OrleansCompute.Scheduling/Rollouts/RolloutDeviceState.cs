namespace OrleansCompute.Scheduling.Rollouts;

/// <summary>One device of a roll-out as the policy sees it.</summary>
/// <param name="Device">Device.</param>
/// <param name="Wave">Wave, from 1.</param>
/// <param name="Health">How it does.</param>
/// <param name="Detail">What it says of it.</param>
public sealed record RolloutDeviceState(string Device, int Wave, RolloutHealth Health, string Detail);
