using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of element-wise operators.</summary>
internal static class ElementLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<FusedElementwiseOperator>((context, fused, request) => Program(context, fused.Program, request))
        .Add<WhereOperator>((context, _, request) => request.Outputs[0].ElementType.Size() switch
        {
            1 => Where<byte>(context, request),
            2 => Where<ushort>(context, request),
            4 => Where<uint>(context, request),
            _ => Where<ulong>(context, request),
        });

    /// <summary>The launch of an operator that is one step; null when it is none.</summary>
    public static Action<KernelCall>? TryCreateSingle(IlgpuContext context, KernelRequest request)
    {
        if (request.Outputs is not [{ ElementType: ElementType.Float32 } output] || ElementSteps.Find(request.Operator, request.Inputs) is not { } step)
        {
            return null;
        }

        int opcode = (int)step.Opcode, count = output.Shape.Elements;
        if (!step.IsBinary)
        {
            var unary = context.Load("Unary", device =>
                device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, int, float, float>(ElementKernels.Unary));
            return call => unary(count, context.View<float>(call.Input(0)), context.View<float>(call.Output(0)), opcode, step.P, step.Q);
        }

        if (request.Inputs[0]!.Shape.Elements == count && request.Inputs[1]!.Shape.Elements == count)
        {
            var binary = context.Load("Binary", device =>
                device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, float>(ElementKernels.Binary));
            return call => binary(
                count, context.View<float>(call.Input(0)), context.View<float>(call.Input(1)), context.View<float>(call.Output(0)), opcode, step.P);
        }

        if (Maps(request) is not [{ } a, { } b])
        {
            return null;
        }

        var broadcast = context.Load("Broadcast", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, IndexMap, IndexMap, int, float>(ElementKernels.Broadcast));
        return call => broadcast(
            count, context.View<float>(call.Input(0)), context.View<float>(call.Input(1)), context.View<float>(call.Output(0)), a, b, opcode, step.P);
    }

    private static List<IndexMap?> Maps(KernelRequest request) =>
        [.. request.Inputs.Select(type => IndexMap.Broadcast(type!.Shape, request.Outputs[0].Shape))];

    private static Action<KernelCall>? Program(IlgpuContext context, ElementProgram program, KernelRequest request)
    {
        var maps = Maps(request);
        if (program.InputCount > 4 || program.InputCount + program.Steps.Length > ElementKernels.MaxRegisters || maps.Contains(null))
        {
            return null;
        }

        IndexMap Map(int input) => maps[Math.Min(input, maps.Count - 1)]!.Value;
        var all = new ProgramMaps(program.InputCount, Map(0), Map(1), Map(2), Map(3));
        var steps = context.Device.Allocate1D(program.Steps.ToArray());
        var count = request.Outputs[0].Shape.Elements;
        var run = context.Load("Program", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<ElementStep>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ProgramMaps>(ElementKernels.Program));
        return call =>
        {
            ArrayView<float> Input(int i) => context.View<float>(call.Input(Math.Min(i, maps.Count - 1)));
            run(count, steps.View.BaseView, Input(0), Input(1), Input(2), Input(3), context.View<float>(call.Output(0)), all);
        };
    }

    private static Action<KernelCall>? Where<T>(IlgpuContext context, KernelRequest request)
        where T : unmanaged
    {
        if (Maps(request) is not [{ } map, { } a, { } b])
        {
            return null;
        }

        var count = request.Outputs[0].Shape.Elements;
        var where = context.Load($"Where{typeof(T).Name}", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<byte>, ArrayView<T>, ArrayView<T>, ArrayView<T>, IndexMap, IndexMap, IndexMap>(ElementKernels.Where));
        return call => where(
            count, context.Bytes(call.Input(0)), context.View<T>(call.Input(1)), context.View<T>(call.Input(2)), context.View<T>(call.Output(0)), map, a, b);
    }
}
