using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Quantises a trained model to 8 bits without training it further (Jacob et al., CVPR 2018; Krishnamoorthi 2018, arXiv:1806.08342):
/// weights signed with a scale per filter, activations unsigned with a range from samples. The result computes convolutions and dense
/// layers in operators of ONNX, QLinearConv and MatMulInteger, with poolings and reshapes between them on bytes; all else stays float32.
/// Not thread-safe.
/// </summary>
public sealed class PostTrainingQuantiser
{
    private readonly ActivationCalibrator _calibrator;

    /// <summary>Creates a quantiser.</summary>
    /// <param name="accelerator">Where the model runs for calibration; must outlive the quantiser.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PostTrainingQuantiser(IAccelerator accelerator, QuantisationOptions? options = null) => _calibrator = new ActivationCalibrator(accelerator, options);

    /// <summary>Quantises a model with ranges from samples.</summary>
    /// <param name="model">One float32 input with the batch first.</param>
    /// <param name="samples">Samples one after another, such as the model will see; a few hundred suffice.</param>
    /// <exception cref="NotSupportedException">The model has no layer that can be quantised.</exception>
    public TrainedModel Quantise(TrainedModel model, ReadOnlySpan<float> samples) => Quantise(model, _calibrator.Run(model, samples));

    /// <summary>Quantises a model with given ranges.</summary>
    /// <param name="model">One float32 input with the batch first.</param>
    /// <param name="ranges">Of the values that layers read and write.</param>
    /// <exception cref="NotSupportedException">The model has no layer that can be quantised.</exception>
    public static TrainedModel Quantise(TrainedModel model, IReadOnlyDictionary<GraphValue, ActivationRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(ranges);
        return new QuantisedWriter(model, ranges).Run();
    }
}
