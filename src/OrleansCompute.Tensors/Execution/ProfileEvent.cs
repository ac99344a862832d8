namespace OrleansCompute.Tensors.Execution;

/// <summary>One kernel call on the time line of a run. Immutable.</summary>
/// <param name="Entry">Number of the profile's entry that was called.</param>
/// <param name="Start">From the start of the run.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Stream">The stream that ran it, from 0, which is the caller's thread.</param>
public readonly record struct ProfileEvent(int Entry, TimeSpan Start, TimeSpan Duration, int Stream);
