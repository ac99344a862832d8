namespace OrleansCompute.Contracts.Inferences;

/// <summary>How well a model version classified at the edge.</summary>
/// <param name="Model">Model.</param>
/// <param name="Version">Version.</param>
/// <param name="Dataset">Dataset with the labels, as <c>name@version</c>.</param>
/// <param name="Count">Results of all devices.</param>
/// <param name="DistinctSamples">Labelled samples that at least one device classified.</param>
/// <param name="Labelled">Results whose sample has a label.</param>
/// <param name="Correct">Of these, those that chose the label.</param>
/// <param name="AccuracyFraction">Correct over labelled, 0 to 1; null where none is labelled.</param>
/// <param name="Devices">Each device, by name.</param>
public sealed record InferenceSummary(
    string Model,
    int Version,
    string Dataset,
    long Count,
    long DistinctSamples,
    long Labelled,
    long Correct,
    double? AccuracyFraction,
    IReadOnlyList<DeviceAccuracy> Devices);
