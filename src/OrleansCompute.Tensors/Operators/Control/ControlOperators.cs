using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Control;

/// <summary>
/// The entries of this family in the registry. The number of inputs in a request leaves out the values of outer graphs, which a reader
/// appends to the node's inputs.
/// </summary>
internal static class ControlOperators
{
    public static IReadOnlyList<OperatorDefinition> Definitions { get; } =
    [
        new("If", 1, request => new IfOperator(request.Attributes.Require<Graph>("then_branch"), request.Attributes.Require<Graph>("else_branch"))),
        new("Loop", 1, request => new LoopOperator(request.Attributes.Require<Graph>("body"), Math.Max(0, request.InputCount - 2))),
        new("Scan", 9, Scan),
    ];

    private static ScanOperator Scan(OperatorRequest request)
    {
        var scanned = checked((int)request.Attributes.Require<long>("num_scan_inputs"));
        return new ScanOperator(
            request.Attributes.Require<Graph>("body"),
            request.InputCount - scanned,
            scanned,
            IntList.From(request.Attributes.Numbers("scan_input_axes")),
            IntList.From(request.Attributes.Numbers("scan_input_directions")),
            IntList.From(request.Attributes.Numbers("scan_output_axes")),
            IntList.From(request.Attributes.Numbers("scan_output_directions")));
    }
}
