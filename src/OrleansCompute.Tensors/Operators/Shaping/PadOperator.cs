using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>
/// Adds elements at the start and end of dimensions, or takes them away where a number is below 0: (x, pads, optional value, optional
/// axes). The pads are those at the starts, then those at the ends.
/// </summary>
/// <param name="Mode">What is added.</param>
/// <param name="Pads">As opsets before 11 have them; null: from the second input.</param>
/// <param name="Value">The constant, as opsets before 11 have it.</param>
public sealed record PadOperator(PadMode Mode = PadMode.Constant, IntList? Pads = null, float Value = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Pad";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes
    {
        get
        {
            return OperatorAttributes.Empty.With("mode", Mode switch
            {
                PadMode.Reflect => "reflect",
                PadMode.Edge => "edge",
                PadMode.Wrap => "wrap",
                _ => "constant",
            });
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs =>
        Pads is null ? base.AttributeInputs : AttributeTensors.Of((1, Pads)).With(2, Tensor.Scalar(Value));

    /// <summary>Reads the mode of a node.</summary>
    /// <exception cref="FormatException">ONNX has no such mode.</exception>
    internal static PadMode ReadMode(OperatorAttributes attributes) => attributes.Get("mode", "constant") switch
    {
        "constant" => PadMode.Constant,
        "reflect" => PadMode.Reflect,
        "edge" => PadMode.Edge,
        "wrap" => PadMode.Wrap,
        var mode => throw new FormatException($"Attribute mode is '{mode}'; allowed: constant, reflect, edge, wrap."),
    };

    /// <summary>For each dimension how many elements are added at the start and at the end; null when an input is not constant.</summary>
    /// <exception cref="ShapeMismatchException">The numbers do not fit the shape.</exception>
    internal (int Begin, int End)[]? Amounts(Shape shape, OperatorInputs inputs, int first)
    {
        var pads = Pads?.ToArray() ?? inputs.SmallNumbers(first);
        var axes = inputs.SmallNumbers(first + 2) ?? (inputs.Has(first + 2) ? null : Enumerable.Range(0, shape.Rank).ToArray());
        if (pads is null || axes is null)
        {
            return null;
        }

        if (pads.Length != 2 * axes.Length)
        {
            throw new ShapeMismatchException($"{Name}: pads [{string.Join(", ", pads)}] must have two numbers for each of the {axes.Length} dimensions to pad.");
        }

        var amounts = new (int, int)[shape.Rank];
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = shape.Axis(axes[i], Name);
            var size = (long)shape[axis] + pads[i] + pads[i + axes.Length];
            if (size is < 0 or > int.MaxValue || (Mode != PadMode.Constant && shape[axis] == 0 && size > 0))
            {
                throw new ShapeMismatchException($"{Name}: dimension {axis} of {shape} with pads {pads[i]} and {pads[i + axes.Length]} would have {size} elements.");
            }

            amounts[axis] = (pads[i], pads[i + axes.Length]);
        }

        return amounts;
    }

    /// <summary>Where an element of a padded dimension comes from: 0 to size - 1, or -1 for the constant.</summary>
    internal int Source(int position, int size)
    {
        if (position >= 0 && position < size)
        {
            return position;
        }

        switch (Mode)
        {
            case PadMode.Edge:
                return Math.Clamp(position, 0, size - 1);
            case PadMode.Wrap:
                return ((position % size) + size) % size;
            case PadMode.Reflect when size > 1:
                var period = (2 * size) - 2;
                var place = ((position % period) + period) % period;
                return place < size ? place : period - place;
            default:
                return Mode == PadMode.Reflect ? 0 : -1;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(Pads is null ? 2 : 1, 4)[0].Shape;
        inputs.RequireElementType(1, ElementType.Int64, ElementType.Int32).RequireElementType(3, ElementType.Int64, ElementType.Int32);
        if (inputs.Has(2) && (inputs.RequireSameElementType(0, 2) == ElementType.Undefined || inputs[2].Shape.Elements != 1))
        {
            throw new ShapeMismatchException($"{Name}: the value is {inputs[2]}; it must have one element.");
        }

        if (Pads is null && !inputs.Has(1))
        {
            throw new ShapeMismatchException($"{Name}: input 1, the pads, is missing.");
        }

        return [inputs[0] with
        {
            Shape = Amounts(shape, inputs, 1) is { } amounts
                ? new Shape([.. amounts.Select((amount, i) => shape[i] + amount.Begin + amount.End)])
                : new Shape(IntList.Repeat(Shape.Any, shape.Rank).AsSpan()),
        }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var gradients = context.Apply(
            new PadGradientOperator(this),
            [context.OutputGradient, context.Input(0), .. Enumerable.Range(1, context.InputCount - 1).Select(context.OptionalInput)]);
        context.Give(0, gradients[0]);
        if (context.Needs(2))
        {
            context.Give(2, context.Apply(new ReshapeLikeOperator(), gradients[1], context.Input(2))[0]);
        }
    }
}
