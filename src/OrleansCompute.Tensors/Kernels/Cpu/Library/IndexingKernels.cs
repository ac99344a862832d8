using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of embeddings (Gather of rows, 4-byte elements, and its gradient), and of cutting and joining along a dimension.</summary>
internal static class IndexingKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<GatherOperator>((_, gather, request) => IsRows(request.Inputs[0]!, gather.Axis) ? new Gather() : null)
        .Add<GatherGradientOperator>((context, gather, request) =>
            IsRows(request.Inputs[2]!, gather.Axis) && request.Inputs[0]!.ElementType == ElementType.Float32 ? new GatherGradient(context) : null)
        .Add<SplitOperator>((_, split, request) => new Split(request.Inputs[0]!, split.Axis))
        .Add<ConcatOperator>((_, concat, request) => new Concat(request.Outputs[0], concat.Axis));

    private static bool IsRows(TensorType table, int axis) =>
        table.ElementType.Size() == 4 && table.Shape is { Rank: > 0, Elements: > 0 } && table.Shape.Axis(axis, "Gather") == 0;

    private static int RowLength(Tensor table) => table.Shape.Elements / table.Shape[0];

    private sealed unsafe class Gather : IKernel
    {
        public void Run(KernelCall call)
        {
            Tensor table = call.Input(0), y = call.Output(0);
            ReadOnlySpan<uint> rows = new(table.Address, table.Shape.Elements);
            Span<uint> to = new(y.Address, y.Shape.Elements);
            if (call.Input(1).ElementType == ElementType.Int32)
            {
                RowTables.Gather<uint, int>(RowLength(table), rows, call.Input(1).AsSpan<int>(), to);
            }
            else
            {
                RowTables.Gather<uint, long>(RowLength(table), rows, call.Input(1).AsSpan<long>(), to);
            }
        }
    }

    private sealed class GatherGradient(CpuKernelContext context) : IKernel
    {
        public void Run(KernelCall call)
        {
            var table = call.Output(0);
            var sums = table.AsSpan<float>();
            sums.Clear();
            if (call.Input(1).ElementType == ElementType.Int32)
            {
                RowTables.ScatterAdd<int>(context.Level, RowLength(table), call.Input(1).AsSpan<int>(), call.Input(0).AsSpan<float>(), sums);
            }
            else
            {
                RowTables.ScatterAdd<long>(context.Level, RowLength(table), call.Input(1).AsSpan<long>(), call.Input(0).AsSpan<float>(), sums);
            }
        }
    }

    /// <summary>Bytes of a part are one run for each of the dimensions before the axis.</summary>
    public sealed class Split(TensorType input, int axis) : IKernel
    {
        private readonly Runs _runs = new(input, axis);

        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            var start = 0;
            for (var i = 0; i < call.OutputCount; i++)
            {
                var length = _runs.Length(call.Output(i));
                RowTables.SplitPart<byte>(_runs.Outer, length, _runs.Whole, start, call.Input(0).AsBytes(), call.Output(i).AsBytes());
                start += length;
            }
        }
    }

    private sealed class Concat(TensorType output, int axis) : IKernel
    {
        private readonly Runs _runs = new(output, axis);

        public void Run(KernelCall call)
        {
            var start = 0;
            for (var i = 0; i < call.InputCount; i++)
            {
                var length = _runs.Length(call.Input(i));
                RowTables.JoinPart<byte>(_runs.Outer, length, _runs.Whole, start, call.Input(i).AsBytes(), call.Output(0).AsBytes());
                start += length;
            }
        }
    }

    private sealed class Runs
    {
        private readonly int _axis;
        private readonly int _size;

        public Runs(TensorType whole, int axis)
        {
            _axis = whole.Shape.Axis(axis, "Concat");
            _size = whole.ElementType.Size();
            Outer = whole.Shape.Product(0, _axis);
            Whole = checked(whole.Shape.Product(_axis, whole.Shape.Rank) * _size);
        }

        public int Outer { get; }

        public int Whole { get; }

        public int Length(Tensor part) => part.Shape.Product(_axis, part.Shape.Rank) * _size;
    }
}
