namespace OrleansCompute.Tensors.Accelerators.Scoring;

/// <summary>What an accelerator was measured to do. Immutable; written as JSON and compared with other cards.</summary>
/// <param name="FormatVersion">1.</param>
/// <param name="Node">Name of the machine.</param>
/// <param name="Accelerator">Name by which the catalogue opens it.</param>
/// <param name="Device">Name of the model.</param>
/// <param name="KernelLibrary">Name of its kernels.</param>
/// <param name="Threads">Threads that one kernel may use, for processors.</param>
/// <param name="MeasuredAt">When.</param>
/// <param name="TrainingGflops">
/// The number that work is shared by: operations per time of the product of 256 x 256 matrices and the three passes of a convolution, together;
/// 0 when one of them was left out.
/// </param>
/// <param name="Measurements">All lines, in the order of the measurement.</param>
public sealed record ScoreCard(
    int FormatVersion,
    string Node,
    string Accelerator,
    string Device,
    string KernelLibrary,
    int Threads,
    DateTimeOffset MeasuredAt,
    double TrainingGflops,
    IReadOnlyList<ScoreMeasurement> Measurements);
