namespace OrleansCompute.Cli.Demo;

/// <summary>Whether a reading of a mote belongs to an introduced event.</summary>
/// <param name="Sequence">Number of the reading, from 1.</param>
/// <param name="IsEvent">Whether it belongs to one.</param>
internal readonly record struct LabelledReading(long Sequence, bool IsEvent);
