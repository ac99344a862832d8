namespace OrleansCompute.Training.Compression;

/// <summary>A model before and after compression. Immutable.</summary>
/// <param name="Method">What was done.</param>
/// <param name="Accelerator">Where it was measured.</param>
/// <param name="Before">The model that was given.</param>
/// <param name="After">The compressed one.</param>
/// <param name="Control">
/// Where it was trained: the model as given with the same training and no compression, or, for distillation, the student without its teacher.
/// </param>
public sealed record CompressionReport(string Method, string Accelerator, ModelMeasure Before, ModelMeasure After, ModelMeasure? Control = null);
