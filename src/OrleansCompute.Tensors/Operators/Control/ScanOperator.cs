using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Control;

/// <summary>
/// Runs a sub-graph for each slice of some inputs: (carried values, scanned inputs, values that the body uses). The body gets (carried
/// values, slices, used values) and gives (carried values, scanned values); the outputs are the last carried values, and all scanned values
/// stacked along new dimensions.
/// </summary>
/// <param name="Body">The sub-graph.</param>
/// <param name="CarriedCount">Number of carried values, 0 or more.</param>
/// <param name="ScannedCount">Number of scanned inputs, 1 or more.</param>
/// <param name="InputAxes">Dimension of each scanned input; null: 0.</param>
/// <param name="InputDirections">1 for each scanned input that is read backwards; null: none.</param>
/// <param name="OutputAxes">New dimension of each scanned output; null: 0.</param>
/// <param name="OutputDirections">1 for each scanned output that is written backwards; null: none.</param>
public sealed record ScanOperator(
    Graph Body, int CarriedCount, int ScannedCount, IntList? InputAxes = null, IntList? InputDirections = null, IntList? OutputAxes = null, IntList? OutputDirections = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Scan";

    /// <inheritdoc/>
    public override int OutputCount => Body.Outputs.Count;

    /// <inheritdoc/>
    public override bool IsDeterministic => Body.IsDeterministic;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty
        .With("body", Body).With("num_scan_inputs", ScannedCount)
        .With("scan_input_axes", InputAxes?.ToArray()).With("scan_input_directions", InputDirections?.ToArray())
        .With("scan_output_axes", OutputAxes?.ToArray()).With("scan_output_directions", OutputDirections?.ToArray());

    /// <inheritdoc/>
    public override int SubGraphInputs(string attribute) => CarriedCount + ScannedCount;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(Body.Inputs.Count);
        var outputs = Body.Outputs.Count - CarriedCount;
        if (CarriedCount < 0 || ScannedCount < 1 || Body.Inputs.Count < CarriedCount + ScannedCount || outputs < 0
            || new[] { InputAxes, InputDirections }.Any(list => list is not null && list.Count != ScannedCount)
            || new[] { OutputAxes, OutputDirections }.Any(list => list is not null && list.Count != outputs))
        {
            throw new ShapeMismatchException(
                $"{Name}: the body has {Body.Inputs.Count} inputs and {Body.Outputs.Count} outputs; they do not fit {CarriedCount} carried values, {ScannedCount} scanned inputs and the axes and directions.");
        }

        var trips = Enumerable.Range(0, ScannedCount).Select(i => Length(inputs[CarriedCount + i].Shape, i)).Distinct().ToArray();
        return trips.Length == 1
            ? [.. Body.Outputs.Select(output => new TensorType(output.Type.ElementType, Shape.Unknown))]
            : throw new ShapeMismatchException($"{Name}: the scanned inputs have {string.Join(" and ", trips)} slices; the numbers must be equal.");
    }

    /// <summary>Slices of a scanned input.</summary>
    internal int Length(Shape shape, int index) => shape[shape.Axis(InputAxes?[index] ?? 0, Name)];

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        TripGradient.RequireDeterministic(context, Body);
        // The trips once more, which give what each began with as well.
        var recording = this with
        {
            Body = Body.WithOutputs([.. Body.Outputs, .. Body.Inputs.Take(CarriedCount)]),
            OutputAxes = Extended(OutputAxes),
            OutputDirections = Extended(OutputDirections),
        };
        var recorded = context.Apply(recording, [.. Enumerable.Range(0, context.InputCount).Select(context.OptionalInput)]);
        var gradient = new TripGradient(context, Body);
        for (var i = 0; i < CarriedCount; i++)
        {
            gradient.Carry(i, i, i, recorded[Body.Outputs.Count + i]);
        }

        for (var i = 0; i < ScannedCount; i++)
        {
            gradient.Slice(CarriedCount + i, InputAxes?[i] ?? 0, InputDirections?[i] == 1);
        }

        for (var i = CarriedCount + ScannedCount; i < context.InputCount; i++)
        {
            gradient.Use(i, context.Input(i));
        }

        for (var i = CarriedCount; i < OutputCount; i++)
        {
            gradient.Collect(i, i, OutputAxes?[i - CarriedCount] ?? 0, OutputDirections?[i - CarriedCount] == 1);
        }

        gradient.Append();
    }

    private IntList? Extended(IntList? list) => list is null ? null : [.. list, .. new int[CarriedCount]];

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => default;
}
