namespace OrleansCompute.Contracts.Inferences;

/// <summary>How well one device classified.</summary>
/// <param name="Device">Device.</param>
/// <param name="Count">Results it sent.</param>
/// <param name="Labelled">Of these, those whose sample has a label.</param>
/// <param name="Correct">Of these, those that chose the label.</param>
/// <param name="AccuracyFraction">Correct over labelled, 0 to 1; null where none is labelled.</param>
public sealed record DeviceAccuracy(string Device, long Count, long Labelled, long Correct, double? AccuracyFraction);
