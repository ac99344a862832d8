using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>
/// min(max(x, low), high). The bounds are optional scalar inputs 1 and 2, as ONNX has them since opset 11; where one is left out, the
/// attribute of the older form counts. The gradient is that of x; bounds count as constants.
/// </summary>
/// <param name="Min">Lower bound; null: none.</param>
/// <param name="Max">Upper bound; null: none.</param>
public sealed record ClipOperator(float? Min = null, float? Max = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Clip";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs
    {
        get
        {
            var inputs = AttributeTensors.Of();
            inputs = Min is { } min ? inputs.With(1, Tensor.Scalar(min)) : inputs;
            return Max is { } max ? inputs.With(2, Tensor.Scalar(max)) : inputs;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(1, 3);
        for (var bound = 1; bound < inputs.Count; bound++)
        {
            if (inputs.Has(bound))
            {
                inputs.RequireSameElementType(0, bound);
                if (inputs[bound].Shape.Elements != 1)
                {
                    throw new ShapeMismatchException($"{Name}: bound {bound} has shape {inputs[bound].Shape}; it must be one number.");
                }
            }
        }

        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Give(0, context.Apply(
            new ClipGradientOperator(Min, Max), context.Input(0), context.OptionalInput(1), context.OptionalInput(2), context.OutputGradient)[0]);
    }
}
