using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Training.Compression;

/// <summary>Writes a model with its layers on bytes. A value may exist as float32, as bytes, or both; each form is made when it is first needed. Used once.</summary>
internal sealed class QuantisedWriter(TrainedModel model, IReadOnlyDictionary<GraphValue, ActivationRange> ranges)
{
    private readonly GraphCopy _copy = new(model);
    private readonly Dictionary<GraphValue, (GraphValue Value, ActivationRange Range)> _bytes = [];
    private readonly HashSet<GraphNode> _done = [];
    private int _layers;

    public TrainedModel Run()
    {
        foreach (var node in model.Graph.Nodes)
        {
            if (!_done.Contains(node) && !TryConvolution(node) && !TryDense(node) && !TryMove(node))
            {
                foreach (var input in node.Inputs.OfType<GraphValue>())
                {
                    RequireFloat(input);
                }

                _copy.Keep(node);
            }
        }

        if (_layers == 0)
        {
            throw new NotSupportedException("The model has no Conv, Gemm or MatMul with known weights, so there is nothing to quantise.");
        }

        foreach (var output in model.Graph.Outputs)
        {
            RequireFloat(output);
        }

        return _copy.Finish();
    }

    private bool TryConvolution(GraphNode node)
    {
        if (node.Operator is not ConvOperator conv || _copy.Weights(node.Inputs[1]) is not { } weights || !ranges.ContainsKey(node.Inputs[0]!))
        {
            return false;
        }

        var bias = node.Inputs.Count > 2 ? node.Inputs[2] : null;
        var biasValues = _copy.Weights(bias);
        var output = WithRelu(node.Outputs[0], out var relu);
        if ((bias is not null && biasValues is null) || !ranges.ContainsKey(output))
        {
            return false;
        }

        var shape = node.Inputs[1]!.Type.Shape;
        Store(output, relu, Layer(node.Name, conv.Options, Bytes(node.Inputs[0]!), shape, weights, biasValues, ranges[output]), ranges[output]);
        return true;
    }

    private bool TryDense(GraphNode node)
    {
        if (DenseLayer.At(node, _copy) is not { } layer || node.Inputs[0]!.Type.Shape is not { IsRankKnown: true, Rank: 2 } || !ranges.ContainsKey(node.Inputs[0]!))
        {
            return false;
        }

        var x = Bytes(node.Inputs[0]!);
        _done.Add(layer.Last);
        if (model.Graph.Outputs.Contains(layer.Output))
        {
            // The scores keep the precision of the 32-bit sums: rounding them to bytes would make ties between classes.
            var codes = FilterQuantisation.Of(Filters(layer), layer.Units);
            var right = _copy.Builder.AddConstant(layer.WeightName, Tensor.Of<sbyte>(new Shape(layer.Inputs, layer.Units), Turned(codes.Codes, layer.Units, layer.Inputs)));
            var sums = _copy.Apply(new MatMulIntegerOperator(), node.Name, x.Value, right, Byte(x.Range.ZeroPoint));
            var scales = Tensor.Vector<float>([.. codes.Scales.Select(scale => scale * x.Range.Scale)]);
            var result = _copy.Builder.Mul(_copy.Builder.Cast(sums, ElementType.Float32), _copy.Builder.AddConstant($"{node.Name}.scale", scales));
            _copy.Set(layer.Output, layer.Bias is null ? result : _copy.Builder.Add(result, _copy.Builder.AddConstant(layer.BiasName!, Tensor.Vector<float>(layer.Bias))));
            _layers++;
            return true;
        }

        // QLinearMatMul of ONNX has no bias; a convolution of images of one pixel is the same product with one.
        var output = WithRelu(layer.Output, out var relu);
        var pixel = _copy.Builder.Reshape(x.Value, -1, layer.Inputs, 1, 1);
        var y = Layer(
            node.Name, new ConvolutionAttributes(), (pixel, x.Range), new Shape(layer.Units, layer.Inputs, 1, 1), Filters(layer), layer.Bias, ranges[output]);
        Store(output, relu, _copy.Builder.Reshape(y, -1, layer.Units), ranges[output]);
        return true;
    }

    /// <summary>Poolings and reshapes of bytes: the codes move as the values would.</summary>
    private bool TryMove(GraphNode node)
    {
        var moves = node.Operator is MaxPoolOperator { HasIndices: false } or FlattenOperator or ReshapeOperator or IdentityOperator or SqueezeOperator or UnsqueezeOperator or TransposeOperator;
        if (!moves || !_bytes.TryGetValue(node.Inputs[0]!, out var x))
        {
            return false;
        }

        _bytes[node.Outputs[0]] = (_copy.Apply(node.Operator, node.Name, [x.Value, .. node.Inputs.Skip(1).Select(input => input is null ? null : _copy.Map(input))]), x.Range);
        return true;
    }

    private GraphValue Layer(
        string name, ConvolutionAttributes options, (GraphValue Value, ActivationRange Range) x, Shape shape, float[] weights, float[]? bias, ActivationRange range)
    {
        _layers++;
        var codes = FilterQuantisation.Of(weights, shape[0]);
        GraphValue[] inputs =
        [
            x.Value,
            Number($"{name}.x_scale", x.Range.Scale),
            Byte(x.Range.ZeroPoint),
            _copy.Builder.AddConstant($"{name}.weight", Tensor.Of<sbyte>(shape, codes.Codes)),
            _copy.Builder.AddConstant($"{name}.weight_scale", Tensor.Vector<float>(codes.Scales)),
            _copy.Builder.AddConstant($"{name}.weight_zero", Tensor.Zeros(new TensorType(ElementType.Int8, new Shape(shape[0])))),
            Number($"{name}.y_scale", range.Scale),
            Byte(range.ZeroPoint),
            _copy.Builder.AddConstant($"{name}.bias", Tensor.Vector<int>(codes.Bias(bias, x.Range.Scale))),
        ];
        return _copy.Apply(new QLinearConvOperator(options), name, inputs);
    }

    /// <summary>The value behind a ReLU that alone follows: saturation at the code of zero is the ReLU.</summary>
    private GraphValue WithRelu(GraphValue value, out GraphNode? relu)
    {
        relu = _copy.OnlyUser(value) is { Operator: ReluOperator } node && ranges.TryGetValue(node.Outputs[0], out var range) && range.Low == 0 ? node : null;
        return relu?.Outputs[0] ?? value;
    }

    private void Store(GraphValue output, GraphNode? relu, GraphValue value, ActivationRange range)
    {
        _bytes[output] = (value, range);
        if (relu is not null)
        {
            _done.Add(relu);
        }
    }

    private (GraphValue Value, ActivationRange Range) Bytes(GraphValue value)
    {
        if (!_bytes.TryGetValue(value, out var found))
        {
            var range = ranges[value];
            found = (_copy.Apply(new QuantizeLinearOperator(), $"{value.Name}.quantised", _copy.Map(value), Number($"{value.Name}.scale", range.Scale), Byte(range.ZeroPoint)), range);
            _bytes[value] = found;
        }

        return found;
    }

    private void RequireFloat(GraphValue value)
    {
        if (!_copy.IsMapped(value) && _bytes.TryGetValue(value, out var x))
        {
            _copy.Set(value, _copy.Apply(
                new DequantizeLinearOperator(), $"{value.Name}.dequantised", x.Value, Number($"{value.Name}.scale", x.Range.Scale), Byte(x.Range.ZeroPoint)));
        }
    }

    private GraphValue Number(string name, float value) => _copy.Builder.AddConstant(name, Tensor.Scalar(value));

    private GraphValue Byte(byte value) => _copy.Builder.AddConstant("zero", Tensor.Scalar(value));

    private static float[] Filters(DenseLayer layer) => Turned(layer.Weights, layer.Inputs, layer.Units);

    private static T[] Turned<T>(T[] values, int rows, int columns)
    {
        var turned = new T[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                turned[(c * rows) + r] = values[(r * columns) + c];
            }
        }

        return turned;
    }
}
