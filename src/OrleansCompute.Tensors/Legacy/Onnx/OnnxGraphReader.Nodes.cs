using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Onnx;

/// <content>One case per operator.</content>
internal sealed partial class OnnxGraphReader
{
    private void ReadNode(OnnxNodeReader node)
    {
        switch (node.Operator)
        {
            case "Conv":
                ReadConv(node);
                break;
            case "MaxPool":
                ReadMaxPool(node);
                break;
            case "Gemm":
                ReadGemm(node);
                break;
            case "MatMul":
                node.RequireInputs(2, 2);
                node.RequireOnly();
                Apply(node, new GemmOperator(), Value(node, 0), Parameter(node, 1));
                break;
            case "Add":
                ReadAdd(node);
                break;
            case "Relu":
                node.RequireInputs(1, 1);
                node.RequireOnly();
                Apply(node, new ReluOperator(), Value(node, 0));
                break;
            case "Flatten":
                node.RequireInputs(1, 1);
                node.RequireOnly("axis");
                node.RequireInt("axis", 1, 1);
                Apply(node, new FlattenOperator(), Value(node, 0));
                break;
            case "Reshape":
                ReadReshape(node);
                break;
            case "Softmax" or "LogSoftmax":
                node.RequireInputs(1, 1);
                node.RequireOnly("axis");
                node.RequireInt("axis", 1, -1, 1);
                Apply(node, node.Operator == "Softmax" ? new SoftmaxOperator() : new LogSoftmaxOperator(), Value(node, 0));
                break;
            case "Identity":
                node.RequireInputs(1, 1);
                node.RequireOnly();
                Define(node, Value(node, 0));
                break;
            case "Constant":
                node.RequireInputs(0, 0);
                node.RequireOnly("value");
                Define(node.Output(), node.Tensor("value") ?? throw node.Error("attribute 'value' is missing"));
                break;
            default:
                throw node.Error(
                    "the operator is not supported; supported: Add, Constant, Conv, Flatten, Gemm, Identity, LogSoftmax, MatMul, MaxPool, Relu, Reshape, Softmax");
        }
    }

    private void ReadConv(OnnxNodeReader node)
    {
        node.RequireInputs(2, 3);
        node.RequireOnly("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides");
        node.RequireInt("group", 1, 1);
        GraphValue input = Value(node, 0), weights = Parameter(node, 1);
        var shape = weights.Type.Shape;
        if (shape.Rank != 4)
        {
            throw node.Error($"weights {shape} with input {input.Type.Shape}; supported: two-dimensional convolution, [filters, channels, rows, columns]");
        }

        if (node.Uniform("dilations", 2, 1) != 1)
        {
            throw node.Error("dilations other than 1 are not supported");
        }

        if (node.Ints("kernel_shape") is { } kernel && !(kernel.Count == 2 && kernel[0] == shape[2] && kernel[1] == shape[3]))
        {
            throw node.Error($"kernel_shape [{string.Join(", ", kernel.Take(8))}] does not fit weights {shape}");
        }

        var stride = node.Uniform("strides", 2, 1);
        var padding = node.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" => node.Uniform("pads", 4, 0),
            "VALID" => 0,
            "SAME_UPPER" or "SAME_LOWER" when stride == 1 && shape[2] == shape[3] && shape[2] % 2 == 1 => (shape[2] - 1) / 2,
            var other => throw node.Error($"auto_pad {other} is not supported here; use pads"),
        };
        var convolution = new Conv2dOperator(stride, padding);
        if (node.HasInput(2))
        {
            Apply(node, convolution, input, weights, Parameter(node, 2));
        }
        else
        {
            Apply(node, convolution, input, weights);
        }
    }

    private void ReadMaxPool(OnnxNodeReader node)
    {
        node.RequireInputs(1, 1);
        node.RequireOnly("auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides");
        node.RequireInt("ceil_mode", 0, 0);
        if (node.Uniform("dilations", 2, 1) != 1 || node.Uniform("pads", 4, 0) != 0 || node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID"))
        {
            throw node.Error("padding and dilations are not supported");
        }

        Apply(node, new MaxPool2dOperator(node.Uniform("kernel_shape", 2, null), node.Uniform("strides", 2, 1)), Value(node, 0));
    }

    private void ReadGemm(OnnxNodeReader node)
    {
        node.RequireInputs(2, 3);
        node.RequireOnly("alpha", "beta", "transA", "transB");
        node.RequireFloat("alpha", 1);
        node.RequireFloat("beta", 1);
        node.RequireInt("transA", 0, 0);
        node.RequireInt("transB", 0, 0, 1);
        var product = new GemmOperator(false, node.Int("transB", 0) == 1);
        GraphValue input = Value(node, 0), weights = Parameter(node, 1);
        if (node.HasInput(2))
        {
            Apply(node, product, input, weights, Parameter(node, 2, asVector: true));
        }
        else
        {
            Apply(node, product, input, weights);
        }
    }

    private void ReadAdd(OnnxNodeReader node)
    {
        node.RequireInputs(2, 2);
        node.RequireOnly();

        // A bias may stand on either side.
        var (value, other) = _constants.ContainsKey(node.Input(0)) ? (1, 0) : (0, 1);
        var right = _constants.ContainsKey(node.Input(other)) ? Parameter(node, other, asVector: true) : Value(node, other);
        Apply(node, new AddOperator(), Value(node, value), right);
    }

    private void ReadReshape(OnnxNodeReader node)
    {
        node.RequireInputs(2, 2);
        node.RequireOnly("allowzero");
        node.RequireInt("allowzero", 0, 0);
        var input = Value(node, 0);
        if (!_constants.TryGetValue(node.Input(1), out var tensor))
        {
            throw node.Error($"its target shape '{node.Input(1)}' must be a constant");
        }

        var target = OnnxTensors.ReadIntegers(tensor, limits);
        var shape = input.Type.Shape;
        if (target.Length is < 1 or > Shape.MaxRank || target[0] is not (0 or -1) || !shape.HasBatch)
        {
            throw node.Error($"target [{string.Join(", ", target.Take(10))}] for input {shape}; supported: 0 or -1 first, which keeps the batch");
        }

        var sizes = new int[target.Length];
        sizes[0] = Shape.Batch;
        long known = 1;
        var open = -1;
        for (var i = 1; i < target.Length; i++)
        {
            var size = target[i] == 0 && i < shape.Rank ? shape[i] : target[i];
            if (size == -1 && open < 0 && target[0] == 0)
            {
                open = i;
                continue;
            }

            if (size < 1 || size > limits.MaxDimension || (known *= size) > int.MaxValue)
            {
                throw node.Error($"target [{string.Join(", ", target)}] for input {shape}: dimension {i} is {size}; allowed 1 to {limits.MaxDimension}");
            }

            sizes[i] = (int)size;
        }

        if (open >= 0)
        {
            sizes[open] = (int)Math.Max(1, shape.Elements / known);
        }

        Apply(node, new ReshapeOperator(new Shape(sizes)), input);
    }
}
