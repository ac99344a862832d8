using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Optimisers;

/// <summary>
/// One step of an optimiser for several tensors at once, as <c>ai.onnx.preview.training</c> has it, so that a whole training step is one
/// graph that runs on one device. Inputs: the learning rate (a floating-point number), the number of steps taken before (an int64), then
/// all parameters, all gradients, and the states, kind by kind; a tensor, its gradient and its states have one shape and floating-point
/// type. Outputs: all parameters, then the states, in the same order. Nothing is changed in place.
/// </summary>
/// <param name="Tensors">Number of tensors, 1 or more.</param>
/// <param name="States">Kinds of state, 1 or 2.</param>
public abstract record OptimiserStepOperator(int Tensors, int States) : Operator
{
    /// <summary>Inputs before the tensors.</summary>
    internal const int FirstTensor = 2;

    /// <summary>Domain of ONNX' training operators.</summary>
    public const string TrainingDomain = "ai.onnx.preview.training";

    /// <inheritdoc/>
    public override string Domain => TrainingDomain;

    /// <inheritdoc/>
    public override int OutputCount => Tensors * (1 + States);

    /// <summary>Index of the input with a tensor's parameter (0), gradient (1) or state (2 and 3).</summary>
    internal int InputOf(int tensor, int kind) => FirstTensor + (kind * Tensors) + tensor;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(FirstTensor + (Tensors * (2 + States)));
        if (!inputs[0].ElementType.IsFloatingPoint() || inputs[0].Shape.Elements != 1)
        {
            throw new ShapeMismatchException($"{Name}: the learning rate is {inputs[0]}; it must be one floating-point number.");
        }

        if (inputs[1].ElementType != ElementType.Int64 || inputs[1].Shape.Elements != 1)
        {
            throw new ShapeMismatchException($"{Name}: the number of steps is {inputs[1]}; it must be one int64.");
        }

        var outputs = new TensorType[OutputCount];
        for (var tensor = 0; tensor < Tensors; tensor++)
        {
            var type = inputs[InputOf(tensor, 0)];
            for (var kind = 1; kind < 2 + States; kind++)
            {
                var other = inputs[InputOf(tensor, kind)];
                if (!type.ElementType.IsFloatingPoint() || other != type)
                {
                    throw new ShapeMismatchException(
                        $"{Name}: parameter {tensor} is {type}, its {(kind == 1 ? "gradient" : $"state {kind - 1}")} {other}; they must be of one floating-point type and shape.");
                }
            }

            for (var kind = 0; kind <= States; kind++)
            {
                outputs[(kind * Tensors) + tensor] = type;
            }
        }

        return outputs;
    }

    /// <summary>The number of tensors in a node of a model file.</summary>
    /// <exception cref="FormatException">The inputs are not two numbers and whole sets of tensors.</exception>
    internal static int Count(OperatorRequest request, int states)
    {
        var tensors = request.InputCount - FirstTensor;
        return tensors > 0 && tensors % (2 + states) == 0
            ? tensors / (2 + states)
            : throw new FormatException($"{request.InputCount} inputs; allowed: a rate, a count, and {2 + states} for each tensor");
    }
}
