using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Linear;

/// <summary>
/// Sets elements to 0 with the probability ratio and scales the others by 1 / (1 - ratio), in training; else the input as it is. Inputs:
/// data; optional ratio (input 1, default the attribute); optional training mode (input 2, bool); optional step (input 3, int64, ours: a
/// number that changes with each training step, so that the choice does). Outputs: the result, and a bool mask of what was kept.
/// Which elements are kept is a function of seed, step and the element's number alone (<see cref="CounterRandom"/>): the same on every
/// back end and when it is computed again, and the gradient needs no stored mask.
/// </summary>
/// <param name="Ratio">Probability of being set to 0 where input 1 is left out; 0 to 1.</param>
/// <param name="Seed">Seed.</param>
/// <param name="IsTraining">Training mode where input 2 is left out; ONNX knows only the input.</param>
public sealed record DropoutOperator(float Ratio = 0.5f, long Seed = 0, bool IsTraining = false) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Dropout";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("seed", Seed);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, Tensor> AttributeInputs =>
        AttributeTensors.Of().With(1, Tensor.Scalar(Ratio)).With(2, Tensor.Scalar(IsTraining));

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(1, 4);
        for (var i = 1; i < inputs.Count; i++)
        {
            if (inputs.Has(i) && inputs[i].Shape.Elements != 1)
            {
                throw new ShapeMismatchException($"{Name}: input {i} has shape {inputs[i].Shape}; it must be one number.");
            }
        }

        return [inputs[0], inputs[0] with { ElementType = ElementType.Bool }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) => context.Give(0, context.Apply(
        this, context.OutputGradient, context.OptionalInput(1), context.OptionalInput(2), context.OptionalInput(3))[0]);

    internal static DropoutOperator Create(OperatorRequest request)
    {
        var ratio = request.Opset < 12 ? request.Attributes.Get("ratio", 0.5f) : 0.5f;
        return ratio is >= 0 and < 1
            ? new DropoutOperator(ratio, request.Attributes.Get("seed", 0L))
            : throw new FormatException($"Dropout: ratio is {ratio}; allowed: 0 to below 1.");
    }
}
