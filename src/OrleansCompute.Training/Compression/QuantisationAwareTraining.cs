using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Quantisation-aware training (Jacob et al., CVPR 2018): weights and inputs of layers are rounded as the 8-bit model will round them while
/// the model trains; gradients pass straight through (Bengio et al. 2013). Ranges of activations are those of calibration; the scale of a
/// filter follows its weights. Stateless; thread-safe.
/// </summary>
public static class QuantisationAwareTraining
{
    /// <summary>A model that computes with rounded weights and activations and has the same parameters in the same order.</summary>
    /// <param name="model">The model; its graph stays as it is.</param>
    /// <param name="ranges">Of the inputs of layers, from <see cref="ActivationCalibrator"/>.</param>
    /// <exception cref="NotSupportedException">The model has no layer that can be quantised.</exception>
    public static TrainedModel Prepare(TrainedModel model, IReadOnlyDictionary<GraphValue, ActivationRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(ranges);
        var copy = new GraphCopy(model);
        foreach (var parameter in model.Graph.Parameters)
        {
            copy.Map(parameter.Value);
        }

        var layers = 0;
        var rounded = new Dictionary<GraphValue, GraphValue>();
        foreach (var node in model.Graph.Nodes)
        {
            var isConv = node.Operator is ConvOperator;
            if ((!isConv && DenseLayer.At(node, copy) is null) || copy.Weights(node.Inputs[1]) is null || !ranges.TryGetValue(node.Inputs[0]!, out var range))
            {
                copy.Keep(node);
                continue;
            }

            layers++;
            var input = node.Inputs[0]!;
            if (!rounded.TryGetValue(input, out var x))
            {
                x = copy.Apply(
                    new FakeQuantizeOperator(0, 255),
                    $"{input.Name}.rounded",
                    copy.Map(input),
                    copy.Builder.Constant(Tensor.Scalar(range.Scale)),
                    copy.Builder.Constant(Tensor.Scalar(range.ZeroPoint)));
                rounded.Add(input, x);
            }

            var weights = copy.Map(node.Inputs[1]!);
            var shape = weights.Type.Shape;
            // Filters are the first dimension of convolutions and the units of matrices, wherever these lie.
            var axis = isConv || node.Operator is Tensors.Operators.Linear.GemmOperator { TransposesRight: true } ? 0 : shape.Rank - 1;
            var largest = copy.Builder.ReduceMax(copy.Builder.Abs(weights), [.. Enumerable.Range(0, shape.Rank).Where(dimension => dimension != axis)]);
            // 1e-12 keeps the scale of a filter of zeros above zero.
            var w = copy.Apply(new FakeQuantizeOperator(-127, 127, axis), $"{node.Name}.rounded", weights, copy.Builder.Affine(largest, 1.0 / 127, 1e-12));
            GraphValue?[] inputs = [x, w, .. node.Inputs.Skip(2).Select(value => value is null ? null : copy.Map(value))];
            copy.Set(node.Outputs[0], copy.Apply(node.Operator, node.Name, inputs));
        }

        return layers > 0 ? copy.Finish() : throw new NotSupportedException("The model has no Conv, Gemm or MatMul with known weights, so there is nothing to quantise.");
    }
}
