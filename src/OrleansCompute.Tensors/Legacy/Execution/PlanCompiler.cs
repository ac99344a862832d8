using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Operators;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>
/// Turns a graph into steps with memory for the largest batch: fuses ReLU into the convolution or product before it, and aliases
/// reshapes that move nothing. Used once; not thread-safe.
/// </summary>
internal sealed class PlanCompiler
{
    private readonly Graph.Graph _graph;
    private readonly IKernelSet _kernels;
    private readonly int _maxBatch;
    private readonly Dictionary<GraphValue, PlanSlot> _slots = [];
    private readonly HashSet<GraphNode> _fused = [];
    private readonly Dictionary<GraphValue, List<GraphNode>> _users = [];

    public PlanCompiler(Graph.Graph graph, IKernelSet kernels, int maxBatch)
    {
        _graph = graph;
        _kernels = kernels;
        _maxBatch = maxBatch;
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs)
            {
                if (!_users.TryGetValue(input, out var users))
                {
                    _users[input] = users = [];
                }

                users.Add(node);
            }
        }
    }

    /// <summary>Bytes of the buffers made here.</summary>
    public long BufferBytes { get; private set; }

    /// <summary>Gives a value a place of the caller's.</summary>
    /// <returns>False when it has one already.</returns>
    public bool Bind(GraphValue value, AlignedBuffer buffer, int offset) => _slots.TryAdd(value, NewSlot(value, buffer, offset));

    public PlanSlot Slot(GraphValue value)
    {
        if (!_slots.TryGetValue(value, out var slot))
        {
            var shape = value.Type.Shape;
            var length = (long)shape.Elements * (shape.HasBatch ? _maxBatch : 1);
            if (length > Array.MaxLength / 2)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), length, $"{value} needs {length} elements for a batch of {_maxBatch}; use a smaller maximum batch.");
            }

            _slots[value] = slot = NewSlot(value, new AlignedBuffer((int)length), 0);
            BufferBytes += length * sizeof(float);
        }

        return slot;
    }

    public PlanStep[] Compile()
    {
        var steps = new List<PlanStep>();
        foreach (var node in _graph.Nodes)
        {
            if (!_fused.Contains(node) && CreateStep(node) is { } step)
            {
                steps.Add(step);
            }
        }

        return [.. steps];
    }

    private static PlanSlot NewSlot(GraphValue value, AlignedBuffer buffer, int offset) =>
        new(buffer, offset, value.Type.Shape.Elements, value.Type.Shape.HasBatch);

    private PlanStep? CreateStep(GraphNode node)
    {
        PlanSlot In(int index) => Slot(node.Inputs[index]);
        PlanSlot? Bias() => node.Inputs.Count > 2 ? In(2) : null;
        PlanSlot Out(int index = 0) => Slot(node.Outputs[index]);
        var input = node.Inputs[0].Type.Shape;
        var columns = input[input.Rank - 1];
        switch (node.Operator)
        {
            case Conv2dOperator conv:
                var relu = FuseRelu(node);
                return new ConvStep(_kernels.CreateConv2d(conv.Geometry(input, node.Inputs[1].Type.Shape)), In(0), In(1), Bias(), Out(), relu);
            case Conv2dWeightGradientOperator gradient:
                var weightKernel = _kernels.CreateConv2d(gradient.Forward.Geometry(input, gradient.Weights));
                return new ConvWeightGradientStep(weightKernel, In(0), In(1), Out(), Out(1));
            case Conv2dInputGradientOperator gradient:
                var inputKernel = _kernels.CreateConv2d(gradient.Forward.Geometry(gradient.Input, input));
                return new ConvInputGradientStep(inputKernel, In(0), In(1), Out());
            case MaxPool2dOperator pool:
                var choices = _users.ContainsKey(node.Outputs[1]) ? Out(1) : null;
                return new MaxPoolStep(_kernels, pool.Geometry(input), In(0), Out(), choices);
            case MaxPool2dGradientOperator gradient:
                return new MaxPoolGradientStep(_kernels, gradient.Forward.Geometry(gradient.Input), In(0), In(1), Out());
            case GemmOperator:
                var reluAfter = FuseRelu(node);
                return new GemmStep(_kernels.CreateGemm(), node, In(0), In(1), Bias(), Out(), reluAfter);
            case FlattenOperator or ReshapeOperator:
                return Reshape(node);
            case AddOperator:
                return new BinaryStep(In(0), In(1), Out(), _kernels.Add);
            case ColumnSumOperator:
                return new UnaryStep(In(0), Out(), (x, y) => _kernels.ColumnSums(columns, x, y));
            case ReluOperator:
                return new UnaryStep(In(0), Out(), _kernels.Relu);
            case ReluGradientOperator:
                return new BinaryStep(In(0), In(1), Out(), _kernels.ReluGradient);
            case SoftmaxOperator:
                return new UnaryStep(In(0), Out(), (x, y) => _kernels.Softmax(columns, x, y));
            case SoftmaxGradientOperator:
                return new BinaryStep(In(0), In(1), Out(), (y, dy, dx) => _kernels.SoftmaxGradient(columns, y, dy, dx));
            case LogSoftmaxOperator:
                return new UnaryStep(In(0), Out(), (x, y) => _kernels.LogSoftmax(columns, x, y));
            case LogSoftmaxGradientOperator:
                return new BinaryStep(In(0), In(1), Out(), (y, dy, dx) => _kernels.LogSoftmaxGradient(columns, y, dy, dx));
            case SoftmaxCrossEntropyOperator:
                return new LossStep(_kernels, columns, In(0), In(1), Out(), Out(1));
            case SoftmaxCrossEntropyGradientOperator:
                return new LossGradientStep(columns, In(0), In(1), Out());
            default:
                throw new NotSupportedException($"Node '{node.Name}': there is no kernel for operator {node.Operator.Name}.");
        }
    }

    /// <summary>Whether the node's only user is a ReLU, which then needs no step and no memory of its own.</summary>
    private bool FuseRelu(GraphNode node)
    {
        var output = node.Outputs[0];
        if (_graph.Outputs.Contains(output) || !_users.TryGetValue(output, out var users) || users is not [{ Operator: ReluOperator } relu])
        {
            return false;
        }

        _fused.Add(relu);
        _slots[output] = Slot(relu.Outputs[0]);
        return true;
    }

    private ReshapeStep? Reshape(GraphNode node)
    {
        GraphValue input = node.Inputs[0], output = node.Outputs[0];
        if (!ReshapeStep.IsTurned(input.Type.Shape) && !ReshapeStep.IsTurned(output.Type.Shape) && _slots.TryAdd(output, Slot(input)))
        {
            return null;
        }

        return new ReshapeStep(_kernels, input.Type.Shape, Slot(input), output.Type.Shape, Slot(output));
    }
}
