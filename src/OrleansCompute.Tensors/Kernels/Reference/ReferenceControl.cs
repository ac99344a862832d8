using OrleansCompute.Tensors.Operators.Control;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Kernels of operators with sub-graphs; these run on the accelerator that the kernel was made for.</summary>
internal static class ReferenceControl
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .AddWithRequest<IfOperator>((o, request, call) => If(o, new SubgraphRunner(request.Accelerator), call))
        .AddWithRequest<LoopOperator>((o, request, call) => Loop(o, new SubgraphRunner(request.Accelerator), call))
        .AddWithRequest<ScanOperator>((o, request, call) => Scan(o, new SubgraphRunner(request.Accelerator), call));

    private static void Give(KernelCall call, int output, Tensor tensor)
    {
        using var dense = tensor.Contiguous();
        dense.CopyTo(call.AllocateOutput(output, dense.Type));
    }

    private static bool IsTrue(Tensor condition) => HostElements.Integers(condition)[0] != 0;

    private static void If(IfOperator o, SubgraphRunner runner, KernelCall call)
    {
        var holds = IsTrue(call.Input(0));
        var (graph, first) = holds ? (o.Then, 1 + o.Else.Inputs.Count) : (o.Else, 1);
        var results = runner.Run(graph, [.. Enumerable.Range(first, graph.Inputs.Count).Select(call.Input)]);
        for (var i = 0; i < results.Count; i++)
        {
            Give(call, i, results[i]);
            results[i].Dispose();
        }
    }

    private static void Loop(LoopOperator o, SubgraphRunner runner, KernelCall call)
    {
        var most = call.OptionalInput(0) is { } count ? (long)HostElements.Integers(count)[0] : long.MaxValue;
        var holds = call.OptionalInput(1) is not { } condition || IsTrue(condition);
        Tensor[] carried = [.. Enumerable.Range(2, o.CarriedCount).Select(i => call.Input(i).Share())];
        Tensor[] used = [.. Enumerable.Range(2 + o.CarriedCount, call.InputCount - 2 - o.CarriedCount).Select(call.Input)];
        var scans = NewScans(o.OutputCount - o.CarriedCount);
        for (long trip = 0; trip < most && holds; trip++)
        {
            if (trip == LoopOperator.MaxTrips)
            {
                throw new ShapeMismatchException($"Loop: still running after {LoopOperator.MaxTrips} trips; allowed up to {LoopOperator.MaxTrips}.");
            }

            using Tensor number = Tensor.Scalar(trip), state = Tensor.Scalar(holds);
            var results = runner.Run(o.Body, [number, state, .. carried, .. used]);
            holds = IsTrue(results[0]);
            results[0].Dispose();
            Keep(carried, [.. results.Skip(1)], scans);
        }

        for (var i = 0; i < o.OutputCount; i++)
        {
            if (i < o.CarriedCount)
            {
                Give(call, i, carried[i]);
                carried[i].Dispose();
            }
            else
            {
                Stack(call, i, scans[i - o.CarriedCount], 0, false, o.Body.Outputs[i + 1].Type);
            }
        }
    }

    private static void Scan(ScanOperator o, SubgraphRunner runner, KernelCall call)
    {
        Tensor[] carried = [.. Enumerable.Range(0, o.CarriedCount).Select(i => call.Input(i).Share())];
        var first = o.CarriedCount + o.ScannedCount;
        Tensor[] used = [.. Enumerable.Range(first, call.InputCount - first).Select(call.Input)];
        var scans = NewScans(o.OutputCount - o.CarriedCount);
        var trips = o.Length(call.Input(o.CarriedCount).Shape, 0);
        for (var trip = 0; trip < trips; trip++)
        {
            Tensor[] slices = [.. Enumerable.Range(0, o.ScannedCount).Select(i => SliceOf(o, call.Input(o.CarriedCount + i), i, trip))];
            Keep(carried, runner.Run(o.Body, [.. carried, .. slices, .. used]), scans);
            foreach (var slice in slices)
            {
                slice.Dispose();
            }
        }

        for (var i = 0; i < o.OutputCount; i++)
        {
            if (i < o.CarriedCount)
            {
                Give(call, i, carried[i]);
                carried[i].Dispose();
            }
            else
            {
                var k = i - o.CarriedCount;
                Stack(call, i, scans[k], o.OutputAxes?[k] ?? 0, o.OutputDirections?[k] == 1, o.Body.Outputs[i].Type);
            }
        }
    }

    private static Tensor SliceOf(ScanOperator o, Tensor input, int index, int trip)
    {
        var axis = input.Shape.Axis(o.InputAxes?[index] ?? 0, o.Name);
        using var slice = input.Slice(axis, o.InputDirections?[index] == 1 ? input.Shape[axis] - 1 - trip : trip, 1);
        using var dense = slice.Contiguous();
        return dense.Reshape(new Shape([.. input.Shape.Dimensions[..axis], .. input.Shape.Dimensions[(axis + 1)..]]));
    }

    private static List<Tensor>[] NewScans(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<Tensor>())];

    /// <summary>The first results are carried on, the others kept.</summary>
    private static void Keep(Tensor[] carried, IReadOnlyList<Tensor> results, List<Tensor>[] scans)
    {
        for (var i = 0; i < results.Count; i++)
        {
            if (i < carried.Length)
            {
                carried[i].Dispose();
                carried[i] = results[i];
            }
            else
            {
                scans[i - carried.Length].Add(results[i]);
            }
        }
    }

    private static void Stack(KernelCall call, int output, List<Tensor> parts, int axis, bool backwards, TensorType type)
    {
        var shape = parts.Count > 0 ? parts[0].Shape : new Shape(Array.ConvertAll(type.Shape.ToArray(), size => Math.Max(size, 0)));
        var target = new Shape([parts.Count, .. shape.Dimensions]);
        axis = target.Axis(axis, call.Operator.Name);
        using var stacked = Tensor.Zeros(new TensorType(parts.Count > 0 ? parts[0].ElementType : type.ElementType, target));
        for (var i = 0; i < parts.Count; i++)
        {
            if (!parts[i].Shape.Equals(shape))
            {
                throw new ShapeMismatchException($"{call.Operator.Name}: scanned output {output} is {shape} in the first trip and {parts[i].Shape} in trip {i}; the shapes must be equal.");
            }

            using var part = stacked.Slice(0, backwards ? parts.Count - 1 - i : i, 1);
            using var place = part.Reshape(shape);
            parts[i].CopyTo(place);
            parts[i].Dispose();
        }

        // The new dimension moves from the front to its place.
        int[] order = [.. Enumerable.Range(1, axis), 0, .. Enumerable.Range(axis + 1, target.Rank - axis - 1)];
        using var view = stacked.Permute(order);
        Give(call, output, view);
    }
}
