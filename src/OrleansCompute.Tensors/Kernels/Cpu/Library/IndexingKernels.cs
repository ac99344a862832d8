using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of operators that gather and scatter whole runs by indices, and of cutting and joining along a dimension.</summary>
internal static unsafe class IndexingKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<GatherOperator>((context, gather, request) => new Gather(context, gather.Name, gather.Axis, request))
        .Add<GatherGradientOperator>((context, gather, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            ? new GatherGradient(context, gather.Axis, request.Inputs[2]!.Shape)
            : null)
        .Add<GatherNDOperator>((_, gather, request) => new GatherParts(new PartPlaces(gather.Name, gather.BatchDimensions, request.Inputs[0]!.Shape, request.Inputs[1]!.Shape)))
        .Add<GatherNDGradientOperator>((context, gather, request) => request.Inputs[0]!.ElementType == ElementType.Float32
            ? new ScatterParts(context, new PartPlaces(gather.Name, gather.BatchDimensions, request.Outputs[0].Shape, request.Inputs[1]!.Shape), ScatterReduction.Add, true)
            : null)
        .Add<ScatterNDOperator>((context, scatter, request) => scatter.Reduction == ScatterReduction.None || request.Inputs[0]!.ElementType == ElementType.Float32
            ? new ScatterParts(context, new PartPlaces(scatter.Name, 0, request.Inputs[0]!.Shape, request.Inputs[1]!.Shape), scatter.Reduction, false)
            : null)
        .Add<SplitOperator>((_, split, request) => new Split(request.Inputs[0]!, split.Axis))
        .Add<ConcatOperator>((_, concat, request) => new Concat(request.Outputs[0], concat.Axis));

    /// <summary>Copies one run per index and outer element; threads take outer elements and indices alike.</summary>
    private sealed class Gather : RangeKernel
    {
        private readonly IndexReader _reader;
        private readonly int _outer;
        private readonly int _size;
        private readonly int _run;
        private int[] _indices = [];
        private byte* _x;
        private byte* _y;
        private bool _streams;

        public Gather(CpuKernelContext context, string user, int axis, KernelRequest request)
            : base(context)
        {
            var shape = request.Inputs[0]!.Shape;
            axis = shape.Axis(axis, user);
            _reader = new IndexReader(user);
            (_outer, _size) = (shape.Product(0, axis), shape[axis]);
            _run = shape.Product(axis + 1, shape.Rank) * request.Inputs[0]!.ElementType.Size();
        }

        public override void Run(KernelCall call)
        {
            _x = call.Input(0).Address;
            _y = call.Output(0).Address;
            _indices = _reader.Read(call.Input(1), _size);
            _streams = Streaming.Fits(Context.Level, _y, (long)_outer * _indices.Length * _run);
            Share(_outer * _indices.Length, call.Output(0).Shape.Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            fixed (int* indices = _indices)
            {
                for (var i = start; i < end;)
                {
                    var (outer, index) = Math.DivRem(i, _indices.Length);
                    var count = Math.Min(_indices.Length - index, end - i);
                    byte* from = _x + ((nint)outer * _size * _run), to = _y + ((nint)i * _run);
                    switch (_run)
                    {
                        case 4: Elements((uint*)from, (uint*)to, indices + index, count); break;
                        case 8: Elements((ulong*)from, (ulong*)to, indices + index, count); break;
                        default: Runs(from, to, indices + index, count); break;
                    }

                    i += count;
                }
            }

            Streaming.Finish();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Elements<T>(T* x, T* y, int* indices, int count)
            where T : unmanaged
        {
            var i = 0;
            for (; i <= count - 4; i += 4)
            {
                y[i] = x[indices[i]];
                y[i + 1] = x[indices[i + 1]];
                y[i + 2] = x[indices[i + 2]];
                y[i + 3] = x[indices[i + 3]];
            }

            for (; i < count; i++)
            {
                y[i] = x[indices[i]];
            }
        }

        /// <summary>A few vectors are copied here: a call for each run takes as long as the copy.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Runs(byte* x, byte* y, int* indices, int count)
        {
            const int Bytes = 32;
            for (var i = 0; i < count; i++, y += _run)
            {
                var from = x + ((nint)indices[i] * _run);
                if (_run % Bytes == 0 && _run <= 8 * Bytes)
                {
                    for (var k = 0; k < _run; k += Bytes)
                    {
                        if (_streams)
                        {
                            Vector256.Load(from + k).StoreAlignedNonTemporal(y + k);
                        }
                        else
                        {
                            Vector256.Load(from + k).Store(y + k);
                        }
                    }
                }
                else
                {
                    Buffer.MemoryCopy(from, y, _run, _run);
                }
            }
        }
    }

    /// <summary>Adds each run to that of its index, in their order: the result does not depend on the threads, which take outer elements.</summary>
    private sealed class GatherGradient : RangeKernel
    {
        private readonly IndexReader _reader = new("GatherGradient");
        private readonly int _outer;
        private readonly int _size;
        private readonly int _run;
        private int[] _indices = [];
        private float* _dy;
        private float* _dx;

        public GatherGradient(CpuKernelContext context, int axis, Shape shape)
            : base(context)
        {
            axis = shape.Axis(axis, "GatherGradient");
            (_outer, _size, _run) = (shape.Product(0, axis), shape[axis], shape.Product(axis + 1, shape.Rank));
        }

        public override void Run(KernelCall call)
        {
            _dy = (float*)call.Input(0).Address;
            _dx = (float*)call.Output(0).Address;
            call.Output(0).AsSpan<float>().Clear();
            _indices = _reader.Read(call.Input(1), _size);
            Share(_outer, call.Input(0).Shape.Elements);
        }

        protected override void Range(int start, int end, int part)
        {
            for (var outer = start; outer < end; outer++)
            {
                for (var i = 0; i < _indices.Length; i++)
                {
                    var from = _dy + ((((nint)outer * _indices.Length) + i) * _run);
                    var to = _dx + ((((nint)outer * _size) + _indices[i]) * _run);
                    if (_run == 1)
                    {
                        *to += *from;
                    }
                    else
                    {
                        Span<float> sums = new(to, _run);
                        ElementLoops.Binary(Context.Level, default(BinaryFunctions.Add), sums, new ReadOnlySpan<float>(from, _run), sums);
                    }
                }
            }
        }
    }

    private sealed class GatherParts(PartPlaces places) : IKernel
    {
        public void Run(KernelCall call)
        {
            var rows = places.Read(call.Input(1));
            var bytes = places.Part * call.Input(0).ElementType.Size();
            byte* x = call.Input(0).Address, y = call.Output(0).Address;
            for (var i = 0; i < rows.Length; i++)
            {
                Buffer.MemoryCopy(x + ((nint)rows[i] * bytes), y + ((nint)i * bytes), bytes, bytes);
            }
        }
    }

    /// <summary>Puts parts into a copy of x, or joins them to it, in their order; the gradient of gathering has no x and starts with zeros.</summary>
    private sealed class ScatterParts(CpuKernelContext context, PartPlaces places, ScatterReduction reduction, bool isGradient) : IKernel
    {
        public void Run(KernelCall call)
        {
            var rows = places.Read(call.Input(1));
            var updates = call.Input(isGradient ? 0 : 2);
            var output = call.Output(0);
            if (isGradient)
            {
                output.AsBytes().Clear();
            }
            else
            {
                call.Input(0).AsBytes().CopyTo(output.AsBytes());
            }

            var bytes = places.Part * output.ElementType.Size();
            for (var i = 0; i < rows.Length; i++)
            {
                byte* from = updates.Address + ((nint)i * bytes), to = output.Address + ((nint)rows[i] * bytes);
                ReadOnlySpan<float> values = new(from, places.Part);
                Span<float> results = new(to, places.Part);
                switch (reduction)
                {
                    case ScatterReduction.Add: ElementLoops.Binary(context.Level, default(BinaryFunctions.Add), results, values, results); break;
                    case ScatterReduction.Mul: ElementLoops.Binary(context.Level, default(BinaryFunctions.Multiply), results, values, results); break;
                    case ScatterReduction.Min: ElementLoops.Binary(context.Level, default(BinaryFunctions.Minimum), results, values, results); break;
                    case ScatterReduction.Max: ElementLoops.Binary(context.Level, default(BinaryFunctions.Maximum), results, values, results); break;
                    default: Buffer.MemoryCopy(from, to, bytes, bytes); break;
                }
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
