using OrleansCompute.Tensors.Operators.Control;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>
/// Kernels of operators with sub-graphs; these run on the accelerator that the kernel was made for, within the limits of the run that
/// they are part of.
/// </summary>
internal static class ReferenceControl
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable { MovesOnly = true }
        .AddWithRequest<IfOperator>((o, request, call) => If(o, new SubgraphRunner(request.Accelerator, call), call))
        .AddWithRequest<LoopOperator>((o, request, call) => Loop(o, new SubgraphRunner(request.Accelerator, call), call))
        .AddWithRequest<ScanOperator>((o, request, call) => Scan(o, new SubgraphRunner(request.Accelerator, call), call));

    private static bool IsTrue(Tensor condition) => HostElements.Integers(condition)[0] != 0;

    private static void If(IfOperator o, SubgraphRunner runner, KernelCall call)
    {
        var holds = IsTrue(call.Input(0));
        var (graph, first) = holds ? (o.Then, 1 + o.Else.Inputs.Count) : (o.Else, 1);
        using var state = new LoopState(call, [], graph.Outputs.Count);
        state.Keep(runner.Run(graph, [.. Enumerable.Range(first, graph.Inputs.Count).Select(call.Input)]), 0, carriesAll: true);
        for (var i = 0; i < graph.Outputs.Count; i++)
        {
            state.GiveCarried(i);
        }
    }

    private static void Loop(LoopOperator o, SubgraphRunner runner, KernelCall call)
    {
        var most = call.OptionalInput(0) is { } count ? (long)HostElements.Integers(count)[0] : long.MaxValue;
        var holds = call.OptionalInput(1) is not { } condition || IsTrue(condition);
        Tensor[] used = [.. Enumerable.Range(2 + o.CarriedCount, call.InputCount - 2 - o.CarriedCount).Select(call.Input)];
        using var state = new LoopState(call, [.. Enumerable.Range(2, o.CarriedCount).Select(i => call.Input(i).Share())], o.OutputCount);
        for (long trip = 0; trip < most && holds; trip++)
        {
            call.Scope.CountTrip(o.Name);
            using Tensor number = Tensor.Scalar(trip), still = Tensor.Scalar(holds);
            var results = runner.Run(o.Body, [number, still, .. state.Carried, .. used]);
            holds = IsTrue(results[0]);
            results[0].Dispose();
            state.Keep(results, 1);
        }

        for (var i = 0; i < o.OutputCount; i++)
        {
            if (i < o.CarriedCount)
            {
                state.GiveCarried(i);
            }
            else
            {
                state.GiveScanned(i, 0, false, o.Body.Outputs[i + 1].Type);
            }
        }
    }

    private static void Scan(ScanOperator o, SubgraphRunner runner, KernelCall call)
    {
        var first = o.CarriedCount + o.ScannedCount;
        Tensor[] used = [.. Enumerable.Range(first, call.InputCount - first).Select(call.Input)];
        using var state = new LoopState(call, [.. Enumerable.Range(0, o.CarriedCount).Select(i => call.Input(i).Share())], o.OutputCount);
        var trips = o.Length(call.Input(o.CarriedCount).Shape, 0);
        for (var trip = 0; trip < trips; trip++)
        {
            call.Scope.CountTrip(o.Name);
            Tensor[] slices = [.. Enumerable.Range(0, o.ScannedCount).Select(i => SliceOf(o, call, i, trip))];
            try
            {
                state.Keep(runner.Run(o.Body, [.. state.Carried, .. slices, .. used]), 0);
            }
            finally
            {
                foreach (var slice in slices)
                {
                    slice.Dispose();
                }
            }
        }

        for (var i = 0; i < o.OutputCount; i++)
        {
            if (i < o.CarriedCount)
            {
                state.GiveCarried(i);
            }
            else
            {
                var k = i - o.CarriedCount;
                state.GiveScanned(i, o.OutputAxes?[k] ?? 0, o.OutputDirections?[k] == 1, o.Body.Outputs[i].Type);
            }
        }
    }

    private static Tensor SliceOf(ScanOperator o, KernelCall call, int index, int trip)
    {
        var input = call.Input(o.CarriedCount + index);
        var axis = input.Shape.Axis(o.InputAxes?[index] ?? 0, o.Name);
        using var slice = input.Slice(axis, o.InputDirections?[index] == 1 ? input.Shape[axis] - 1 - trip : trip, 1);
        using var dense = slice.Contiguous(call.Allocator);
        return dense.Reshape(new Shape([.. input.Shape.Dimensions[..axis], .. input.Shape.Dimensions[(axis + 1)..]]));
    }
}
