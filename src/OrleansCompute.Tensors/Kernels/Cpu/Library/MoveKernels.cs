using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of operators that move or repeat elements of any type by one strided copy, and of those that only fill.</summary>
internal static class MoveKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<ViewOperator>((_, _, _) => new Copy())
        .Add<BarrierOperator>((_, _, _) => new Copy())
        .Add<FlattenOperator>((_, _, _) => new Copy())
        .Add<SqueezeOperator>((_, _, _) => new Copy())
        .Add<UnsqueezeOperator>((_, _, _) => new Copy())
        .Add<ExpandOperator>((context, _, request) => Move.Create(context, request, ExpandTo))
        .Add<ExpandLikeOperator>((context, _, request) => Move.Create(context, request, ExpandTo))
        .Add<ChannelExpandLikeOperator>((context, _, request) => Move.Create(context, request, ExpandChannels))
        .Add<TileOperator>((context, _, request) => request.Inputs[0]!.Shape.Rank <= StridedCopy.MaxRank / 2 ? Move.Create(context, request, Tile) : null)
        .Add<SliceOperator>((context, slice, request) => Move.Create(context, request, (c, from, to, inputs) => Slice(c, slice.Ranges(from.Shape, inputs, 1)!, from, to, false)))
        .Add<SliceGradientOperator>((context, slice, request) => Move.Create(
            context, request, (c, from, to, inputs) => Slice(c, slice.Forward.Ranges(to.Shape, inputs, 2)!, from, to, true), startsWithZeros: true))
        .Add<DepthToSpaceOperator>((context, op, request) => Move.Create(context, request, (c, from, to, _) => ToSpace(c, op, from)))
        .Add<SpaceToDepthOperator>((context, op, request) => Move.Create(context, request, (c, from, to, _) => ToDepth(c, op, from)))
        .Add<ReduceExpandOperator>((context, op, request) =>
            ReduceKernels.Axes(request, 2, request.Inputs[1]!.Shape, op.Axes, op.IsNoopWithoutAxes) is { } reduced && (!op.IsMean || request.Inputs[0]!.ElementType == ElementType.Float32)
                ? Move.Create(context, request, (c, from, to, _) => ExpandReduced(c, reduced, from, to), false, op.IsMean)
                : null)
        .Add<SplitLikeOperator>((_, split, request) => new IndexingKernels.Split(request.Inputs[0]!, split.Axis))
        .Add<ZerosLikeOperator>((_, _, _) => new Zeros())
        .Add<OnesLikeOperator>((_, _, request) => Fill.Of(1, request.Outputs[0].ElementType))
        .Add<FillOperator>((_, fill, _) => Fill.Of(fill.Value, fill.Type.ElementType))
        .Add<ConstantOfShapeOperator>((_, fill, _) => new Fill(fill.Value))
        .Add<ConstantOperator>((_, constant, _) => new Constant(constant.Value))
        .Add<ShapeOperator>((_, shape, request) => new Constant(Tensor.Vector<long>([.. shape.Sizes(request.Inputs[0]!.Shape).ToArray().Select(size => (long)size)])))
        .Add<SizeOperator>((_, _, request) => new Constant(Tensor.Scalar<long>(request.Inputs[0]!.Shape.Elements)))
        .Add<TriluOperator>((context, trilu, _) => new Triangle(context, trilu.IsUpper));

    private delegate StridedMove? MoveFactory(CpuKernelContext context, TensorType from, TensorType to, OperatorInputs inputs);

    private static StridedMove? ExpandTo(CpuKernelContext context, TensorType from, TensorType to, OperatorInputs inputs) => StridedMove.Create(
        context, from.ElementType.Size(), to.Shape.Dimensions, Broadcasting.Strides(from.Shape, from.Shape.Strides(), to.Shape), to.Shape.Strides());

    private static StridedMove? ExpandChannels(CpuKernelContext context, TensorType from, TensorType to, OperatorInputs inputs)
    {
        var strides = new int[to.Shape.Rank];
        strides[1] = 1;
        return StridedMove.Create(context, from.ElementType.Size(), to.Shape.Dimensions, strides, to.Shape.Strides());
    }

    private static StridedMove? ExpandReduced(CpuKernelContext context, bool[] reduced, TensorType from, TensorType to)
    {
        var kept = ReducedAxes.Result(to.Shape, reduced, true);
        return StridedMove.Create(context, from.ElementType.Size(), to.Shape.Dimensions, Broadcasting.Strides(kept, kept.Strides(), to.Shape), to.Shape.Strides());
    }

    private static StridedMove? Tile(CpuKernelContext context, TensorType from, TensorType to, OperatorInputs inputs)
    {
        var rank = from.Shape.Rank;
        int[] sizes = new int[2 * rank], read = new int[2 * rank], write = new int[2 * rank], strides = from.Shape.Strides(), targets = to.Shape.Strides();
        for (var i = 0; i < rank; i++)
        {
            sizes[2 * i] = from.Shape[i] == 0 ? 0 : to.Shape[i] / from.Shape[i];
            sizes[(2 * i) + 1] = from.Shape[i];
            (read[(2 * i) + 1], write[2 * i], write[(2 * i) + 1]) = (strides[i], targets[i] * from.Shape[i], targets[i]);
        }

        return StridedMove.Create(context, from.ElementType.Size(), sizes, read, write);
    }

    private static StridedMove? Slice(CpuKernelContext context, (int Start, int Count, int Step)[] ranges, TensorType from, TensorType to, bool isGradient)
    {
        var whole = (isGradient ? to : from).Shape.Strides();
        var dense = (isGradient ? from : to).Shape.Strides();
        var steps = new int[ranges.Length];
        long offset = 0;
        for (var i = 0; i < ranges.Length; i++)
        {
            // The step of a range of one element may be too large for the strides, and does not matter.
            steps[i] = ranges[i].Count > 1 ? ranges[i].Step * whole[i] : 0;
            offset += (long)ranges[i].Start * whole[i];
        }

        int[] counts = [.. ranges.Select(range => range.Count)];
        var size = from.ElementType.Size();
        return isGradient ? StridedMove.Create(context, size, counts, dense, steps, 0, offset) : StridedMove.Create(context, size, counts, steps, dense, offset);
    }

    private static StridedMove? ToSpace(CpuKernelContext context, DepthToSpaceOperator op, TensorType from)
    {
        var (s, b) = (from.Shape, op.Block);
        var depth = s[1] / (b * b);
        return op.ColumnsFirst
            ? StridedMove.Permutation(context, from.ElementType.Size(), new Shape(s[0], depth, b, b, s[2], s[3]), [0, 1, 4, 2, 5, 3])
            : StridedMove.Permutation(context, from.ElementType.Size(), new Shape(s[0], b, b, depth, s[2], s[3]), [0, 3, 4, 1, 5, 2]);
    }

    private static StridedMove? ToDepth(CpuKernelContext context, SpaceToDepthOperator op, TensorType from)
    {
        var (s, b) = (from.Shape, op.Block);
        return StridedMove.Permutation(
            context, from.ElementType.Size(), new Shape(s[0], s[1], s[2] / b, b, s[3] / b, b), op.ColumnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]);
    }

    /// <summary>One strided copy, planned when all that it depends on is known: at once, or with the call.</summary>
    private sealed unsafe class Move : IKernel
    {
        private readonly CpuKernelContext _context;
        private readonly MoveFactory _create;
        private readonly bool _startsWithZeros;
        private readonly bool _isMean;
        private readonly AlignedBuffer _scaled = new();
        private readonly StridedMove? _move;

        private Move(CpuKernelContext context, MoveFactory create, StridedMove? move, bool startsWithZeros, bool isMean) =>
            (_context, _create, _move, _startsWithZeros, _isMean) = (context, create, move, startsWithZeros, isMean);

        /// <summary>Null when more dimensions are walked on their own than a strided copy has.</summary>
        public static Move? Create(CpuKernelContext context, KernelRequest request, MoveFactory create, bool startsWithZeros = false, bool isMean = false)
        {
            var isFixed = request.Outputs[0].IsStatic && Enumerable.Range(1, request.Inputs.Count - 1)
                .All(i => request.Inputs[i] is not { ElementType: ElementType.Int64 or ElementType.Int32 } || request.Constants[i] is not null);
            if (!isFixed)
            {
                var rank = Math.Max(request.Inputs[0]!.Shape.Rank, request.Outputs[0].Shape.Rank);
                return rank <= StridedCopy.MaxRank && request.Outputs[0].Shape.IsRankKnown ? new Move(context, create, null, startsWithZeros, isMean) : null;
            }

            return create(context, request.Inputs[0]!, request.Outputs[0], Outputs.Constants(request)) is { } move
                ? new Move(context, create, move, startsWithZeros, isMean)
                : null;
        }

        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            Tensor x = call.Input(0), y = call.Output(0);
            var move = _move ?? _create(_context, x.Type, y.Type, Outputs.Values(call))!;
            if (_startsWithZeros)
            {
                y.AsBytes().Clear();
            }

            var from = x.Address;
            if (_isMean)
            {
                var values = x.AsSpan<float>();
                _scaled.Ensure(values.Length);
                ElementLoops.BinaryScalar(_context.Level, default(BinaryFunctions.Multiply), values, (float)values.Length / y.Shape.Elements, _scaled.Floats[..values.Length]);
                from = (byte*)Pointers.Of(_scaled);
            }

            move.Run(from, x.Shape.Elements, y.Address, y.Shape.Elements);
        }
    }

    private sealed class Copy : IKernel
    {
        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            call.Input(0).AsBytes().CopyTo(call.Output(0).AsBytes());
        }
    }

    private sealed class Zeros : IKernel
    {
        public void Run(KernelCall call) => call.Output(0).AsBytes().Clear();
    }

    private sealed class Constant(Tensor value) : IKernel
    {
        public void Run(KernelCall call) => value.CopyTo(call.Output(0));
    }

    private sealed unsafe class Fill(Tensor value) : IKernel
    {
        public static Fill Of(double value, ElementType type)
        {
            var one = Tensor.Zeros(new TensorType(type, Shape.Scalar));
            Reference.HostElements.StoreReals(one, [value]);
            return new Fill(one);
        }

        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            var (to, from, count) = ((nint)call.Output(0).Address, (nint)value.Address, call.Output(0).Shape.Elements);
            switch (value.ElementType.Size())
            {
                case 1: new Span<byte>((byte*)to, count).Fill(*(byte*)from); break;
                case 2: new Span<ushort>((ushort*)to, count).Fill(*(ushort*)from); break;
                case 4: new Span<uint>((uint*)to, count).Fill(*(uint*)from); break;
                default: new Span<ulong>((ulong*)to, count).Fill(*(ulong*)from); break;
            }
        }
    }

    /// <summary>Keeps one side of a diagonal, row by row.</summary>
    private sealed unsafe class Triangle(CpuKernelContext context, bool isUpper) : RangeKernel(context)
    {
        private byte* _x;
        private byte* _y;
        private int _rows;
        private int _columns;
        private int _size;
        private long _diagonal;

        public override void Run(KernelCall call)
        {
            var shape = call.Input(0).Shape;
            _x = call.Input(0).Address;
            _y = call.Output(0).Address;
            (_rows, _columns, _size) = (shape[shape.Rank - 2], shape[shape.Rank - 1], call.Input(0).ElementType.Size());
            _diagonal = call.OptionalInput(1) is { } k ? ConstantNumbers.Read(k)[0] : 0;
            Share(_columns == 0 ? 0 : shape.Elements / _columns, shape.Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            for (var row = start; row < end; row++)
            {
                var at = (nint)row * _columns * _size;
                ReadOnlySpan<byte> from = new(_x + at, _columns * _size);
                Span<byte> to = new(_y + at, _columns * _size);
                var cut = _size * (int)Math.Clamp((row % _rows) + _diagonal + (isUpper ? 0 : 1), 0, _columns);
                if (isUpper)
                {
                    to[..cut].Clear();
                    from[cut..].CopyTo(to[cut..]);
                }
                else
                {
                    from[..cut].CopyTo(to);
                    to[cut..].Clear();
                }
            }
        }
    }
}
