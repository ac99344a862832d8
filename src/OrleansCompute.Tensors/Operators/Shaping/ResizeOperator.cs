using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>
/// Other sizes by interpolation: (x, optional region of interest, optional scales, optional sizes); one of the last two. Upsample, and
/// Resize of opset 10, are (x, scales).
/// </summary>
/// <param name="Options">How.</param>
/// <param name="HasScalesOnly">Whether the inputs are (x, scales).</param>
/// <param name="FixedScales">Scales in the operator itself (Upsample before opset 9), as text, separated by spaces; null: from the inputs.</param>
public sealed record ResizeOperator(ResizeOptions Options, bool HasScalesOnly = false, string? FixedScales = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Resize";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override string Domain => HasScalesOnly ? "oc" : "";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs => FixedScales is null
        ? base.AttributeInputs
        : AttributeTensors.Of().Add(2, Tensor.Vector<float>(Array.ConvertAll(Parse(FixedScales), scale => (float)scale)));

    private static double[] Parse(string scales) => Array.ConvertAll(scales.Split(' '), text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>What happens along each dimension; null when an input is not constant.</summary>
    /// <param name="shape">Static shape of x.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="first">Number of the input behind x.</param>
    /// <exception cref="ShapeMismatchException">Scales or sizes do not fit the shape.</exception>
    internal ResizeAxis[]? Plan(Shape shape, OperatorInputs inputs, int first)
    {
        int scalesInput = HasScalesOnly ? first : first + 1, sizesInput = first + 2;
        int[] axes = Options.Axes is { } given ? [.. given.Select(axis => shape.Axis(axis, Name))] : [.. Enumerable.Range(0, shape.Rank)];
        var scales = FixedScales is null ? inputs.Reals(scalesInput) : Parse(FixedScales);
        var sizes = HasScalesOnly ? null : inputs.Numbers(sizesInput);
        var usesSizes = !HasScalesOnly && inputs.Has(sizesInput) && (sizes is null || sizes.Length > 0);
        var roi = HasScalesOnly || !inputs.Has(first) || Options.Coordinates != "tf_crop_and_resize" ? [] : inputs.Reals(first);
        if (roi is null || (usesSizes ? sizes is null : scales is null))
        {
            return null;
        }

        var count = usesSizes ? sizes!.Length : scales!.Length;
        if (count != axes.Length || (Options.Coordinates == "tf_crop_and_resize" && roi.Length != 2 * axes.Length))
        {
            throw new ShapeMismatchException($"{Name}: {count} scales or sizes, {roi.Length} numbers of the region; for the dimensions {string.Join(", ", axes)} of {shape} there must be {axes.Length} and {2 * axes.Length}.");
        }

        var common = double.NaN;
        if (usesSizes && Options.KeepsRatio != "stretch")
        {
            var ratios = axes.Select((axis, i) => sizes![i] / (double)shape[axis]);
            common = Options.KeepsRatio == "not_larger" ? ratios.Min() : ratios.Max();
        }

        var plan = Array.ConvertAll(shape.ToArray(), size => new ResizeAxis(size, size, 1));
        for (var i = 0; i < axes.Length; i++)
        {
            var size = shape[axes[i]];
            var target = !usesSizes ? Math.Floor(size * scales![i]) : double.IsNaN(common) ? sizes![i] : Math.Floor((common * size) + 0.5);
            var scale = !usesSizes ? scales![i] : double.IsNaN(common) ? target / size : common;
            plan[axes[i]] = target is >= 0 and <= int.MaxValue && scale > 0 && (size > 0 || target == 0)
                ? new ResizeAxis(size, (int)target, scale, roi.Length > 0 ? roi[i] : 0, roi.Length > 0 ? roi[i + axes.Length] : 1)
                : throw new ShapeMismatchException($"{Name}: dimension {axes[i]} of {shape} would have size {target} (scale {scale}); allowed 0 to {int.MaxValue}, scales above 0.");
        }

        return plan;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(FixedScales is null ? 2 : 1, HasScalesOnly ? 2 : 4)[0].Shape;
        return [inputs[0] with
        {
            Shape = Plan(shape, inputs, 1) is { } plan ? new Shape(Array.ConvertAll(plan, axis => axis.OutputSize)) : new Shape(IntList.Repeat(Shape.Any, shape.Rank).AsSpan()),
        }];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GraphValue>? Expand(GraphBuilder target, IReadOnlyList<GraphValue?> inputs) =>
        target.Apply(this with { HasScalesOnly = false }, inputs[0], null, inputs.Count > 1 ? inputs[1] : null);

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(
                new ResizeGradientOperator(this),
                [context.OutputGradient, context.Input(0), .. Enumerable.Range(1, context.InputCount - 1).Select(context.OptionalInput)])[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(outputs[0].Shape.Elements * (Options.Mode == ResizeMode.Nearest ? 1L : Options.Mode == ResizeMode.Linear ? 8 : 32), Traffic([inputs[0]], outputs));
}
