using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Control;

/// <summary>
/// Gradient of a loop: its trips once more, which write down what each began with, then a Scan over these backwards, whose body is the
/// gradient of the loop's body. Carried there are the gradients of the carried values, and of the values from outside, added up.
/// </summary>
internal sealed class TripGradient
{
    private readonly GradientContext _context;
    private readonly Graph _body;
    private readonly GraphBuilder _builder;
    private readonly List<(GraphValue Inner, GraphValue Start, GraphValue End)> _carried = [];
    private readonly List<(GraphValue Inner, GraphValue Outer, int Axis, bool IsBackwards)> _scanned = [];
    private readonly List<(GraphValue Inner, GraphValue Outer)> _used = [];
    private readonly List<(GraphValue Output, GraphValue Seed)> _seeds = [];
    private readonly List<(int Input, GraphValue Inner)> _targets = [];
    private readonly List<(int Input, GraphValue Inner, int Axis, bool IsBackwards)> _sliceTargets = [];
    private int _names;

    /// <summary>Begins with the body of a loop.</summary>
    public TripGradient(GradientContext context, Graph body)
    {
        (_context, _body, _builder) = (context, body, new GraphBuilder(body));
    }

    private static bool IsReal(GraphValue value) => value.Type.ElementType.IsFloatingPoint();

    /// <summary>A carried value: what each trip began with is scanned; its gradient runs from the last trip to the first.</summary>
    /// <param name="input">Number of the body's input, and of the node's.</param>
    /// <param name="output">Number of the body's output.</param>
    /// <param name="nodeOutput">Number of the node's output.</param>
    /// <param name="recorded">What the trips began with, [trips, ...].</param>
    public void Carry(int input, int output, int nodeOutput, GraphValue recorded)
    {
        var inner = _body.Inputs[input];
        Scan(inner, recorded, 0, isBackwards: true);
        if (IsReal(inner))
        {
            var seed = Fresh("seed", _body.Outputs[output].Type);
            _carried.Add((inner, seed, _context.HasGradient(nodeOutput) ? _context.Gradient(nodeOutput) : _context.ZerosLike(_context.Output(nodeOutput))));
            _seeds.Add((_body.Outputs[output], seed));
            _targets.Add((input, inner));
        }
    }

    /// <summary>Something that each trip gets a slice of.</summary>
    public void Scan(GraphValue inner, GraphValue outer, int axis, bool isBackwards) => _scanned.Add((inner, outer, axis, isBackwards));

    /// <summary>A scanned input of the node, read in the other direction now; its gradient is written so too.</summary>
    public void Slice(int input, int axis, bool isBackwards)
    {
        Scan(_body.Inputs[input], _context.Input(input), axis, !isBackwards);
        if (_context.Needs(input) && IsReal(_body.Inputs[input]))
        {
            _sliceTargets.Add((input, _body.Inputs[input], axis, !isBackwards));
        }
    }

    /// <summary>A value from outside, the same in all trips.</summary>
    public void Use(int input, GraphValue outer)
    {
        _used.Add((_body.Inputs[input], outer));
        if (_context.Needs(input) && IsReal(_body.Inputs[input]))
        {
            _targets.Add((input, _body.Inputs[input]));
        }
    }

    /// <summary>A scanned output: each trip gets its slice of the gradient.</summary>
    public void Collect(int output, int nodeOutput, int axis, bool isBackwards)
    {
        if (_context.HasGradient(nodeOutput))
        {
            var seed = Fresh("seed", _body.Outputs[output].Type);
            Scan(seed, _context.Gradient(nodeOutput), axis, !isBackwards);
            _seeds.Add((_body.Outputs[output], seed));
        }
    }

    /// <summary>Appends the Scan and gives the gradients.</summary>
    public void Append()
    {
        if (_targets.Count + _sliceTargets.Count == 0)
        {
            return;
        }

        GraphValue[] inner = [.. _targets.Select(target => target.Inner), .. _sliceTargets.Select(target => target.Inner)];
        var gradients = Sum(_builder, _seeds, inner);
        var states = new List<(GraphValue Inner, GraphValue Outer, GraphValue Result)>();
        for (var i = 0; i < _targets.Count; i++)
        {
            if (i < _carried.Count)
            {
                states.Add((_carried[i].Start, _carried[i].End, gradients[i]));
            }
            else
            {
                var sum = Fresh("sum", _targets[i].Inner.Type);
                states.Add((sum, _context.ZerosLike(_context.Input(_targets[i].Input)), _builder.Add(sum, gradients[i])));
            }
        }

        var whole = _builder.Build([.. states.Select(state => state.Result), .. gradients[_targets.Count..]]);
        var backward = new Graph(
            [.. states.Select(state => state.Inner), .. _scanned.Select(scanned => scanned.Inner), .. _used.Select(used => used.Inner)],
            whole.Parameters, whole.Nodes, whole.Outputs, whole.ValueCount);
        var results = _context.Apply(
            new ScanOperator(
                backward, states.Count, _scanned.Count,
                [.. _scanned.Select(scanned => scanned.Axis)], [.. _scanned.Select(scanned => scanned.IsBackwards ? 1 : 0)],
                [.. _sliceTargets.Select(target => target.Axis)], [.. _sliceTargets.Select(target => target.IsBackwards ? 1 : 0)]),
            [.. states.Select(state => state.Outer), .. _scanned.Select(scanned => scanned.Outer), .. _used.Select(used => used.Outer)]);
        for (var i = 0; i < results.Count; i++)
        {
            _context.Give(i < _targets.Count ? _targets[i].Input : _sliceTargets[i - _targets.Count].Input, results[i]);
        }
    }

    /// <summary>Checks that graphs can be run once more for their gradient: random numbers without a seed would be others then.</summary>
    /// <exception cref="NotSupportedException">They cannot.</exception>
    internal static void RequireDeterministic(GradientContext context, params ReadOnlySpan<Graph> graphs)
    {
        foreach (var graph in graphs)
        {
            if (graph.Nodes.FirstOrDefault(node => !node.Operator.IsDeterministic) is { } random)
            {
                throw new NotSupportedException(
                    $"{context.Node}: its graph has {random}, which is random without a seed; the gradient runs the graph once more and would be that of other numbers. Give the operator a seed, or draw the numbers outside and hand them in.");
            }
        }
    }

    /// <summary>Gradients of what several outputs depend on; zeros where none does.</summary>
    internal static GraphValue[] Sum(GraphBuilder builder, IEnumerable<(GraphValue Output, GraphValue Seed)> seeds, GraphValue[] targets)
    {
        var sums = new GraphValue?[targets.Length];
        foreach (var (output, seed) in seeds)
        {
            var parts = Autograd.Append(builder, output, targets, seed);
            for (var i = 0; i < targets.Length; i++)
            {
                sums[i] = sums[i] is { } before && parts[i] is { } part ? builder.Add(before, part) : sums[i] ?? parts[i];
            }
        }

        return [.. sums.Zip(targets, (sum, target) => sum ?? builder.ZerosLike(target))];
    }

    private GraphValue Fresh(string name, TensorType type) => AddInput(_builder, $"{name}{_names++}", type);

    /// <summary>Adds an input whose sizes, if not all are known, have nothing to do with others.</summary>
    internal static GraphValue AddInput(GraphBuilder builder, string name, TensorType type) =>
        builder.AddInput(builder.FreeName(name), type.IsStatic ? type : type with { Shape = Shape.Unknown });
}
