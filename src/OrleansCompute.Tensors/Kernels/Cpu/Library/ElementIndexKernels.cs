using System.Numerics;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of operators that pick, put or count single elements along a dimension.</summary>
internal static unsafe class ElementIndexKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<GatherElementsOperator>((_, gather, request) => new Elements(gather.Name, gather.Axis, request, null))
        .Add<ScatterElementsOperator>((_, scatter, request) => scatter.Reduction == ScatterReduction.None
            || request.Inputs[0]!.ElementType is ElementType.Float32 or ElementType.Int32 or ElementType.Int64
                ? new Elements(scatter.Name, scatter.Axis, request, scatter.Reduction)
                : null)
        .Add<OneHotOperator>((_, hot, _) => new OneHot(hot))
        .Add<CompressOperator>((_, compress, _) => new Compress(compress))
        .Add<CompressGradientOperator>((_, compress, request) => request.Inputs[0]!.ElementType == ElementType.Float32 ? new CompressGradient(compress.Axis) : null)
        .Add<NonZeroOperator>((_, _, request) => request.Inputs[0]!.ElementType is ElementType.BFloat16 or ElementType.Float16 ? null : new NonZero())
        .Add<CumSumOperator>((_, sum, request) => request.Inputs[0]!.ElementType switch
        {
            ElementType.Float32 => new CumSum<float, double>(sum),
            ElementType.Int32 => new CumSum<int, int>(sum),
            ElementType.Int64 => new CumSum<long, long>(sum),
            _ => null,
        });

    /// <summary>Steps through all elements of the indices' shape; their place in x moves along with them but for the chosen dimension.</summary>
    private sealed class Elements : IKernel
    {
        private readonly IndexReader _reader;
        private readonly ScatterReduction? _scatter;
        private readonly int[] _sizes;
        private readonly int[] _strides;
        private readonly int[] _at;
        private readonly int _axis;
        private readonly int _axisStride;
        private readonly int _axisSize;

        public Elements(string user, int axis, KernelRequest request, ScatterReduction? scatter)
        {
            Shape x = request.Inputs[0]!.Shape, indices = request.Inputs[1]!.Shape;
            _reader = new IndexReader(user);
            _scatter = scatter;
            _axis = x.Axis(axis, user);
            _sizes = indices.ToArray();
            _strides = x.Strides();
            (_axisStride, _axisSize) = (_strides[_axis], x[_axis]);
            _strides[_axis] = 0;
            _at = new int[_sizes.Length];
        }

        public void Run(KernelCall call)
        {
            var places = _reader.Read(call.Input(1), _axisSize);
            Array.Clear(_at);
            if (_scatter is { } reduction)
            {
                Tensor x = call.Input(0), updates = call.Input(2), y = call.Output(0);
                x.AsBytes().CopyTo(y.AsBytes());
                switch (x.ElementType)
                {
                    case ElementType.Float32 when reduction != ScatterReduction.None: Join((float*)updates.Address, (float*)y.Address, places, reduction); return;
                    case ElementType.Int32 when reduction != ScatterReduction.None: Join((int*)updates.Address, (int*)y.Address, places, reduction); return;
                    case ElementType.Int64 when reduction != ScatterReduction.None: Join((long*)updates.Address, (long*)y.Address, places, reduction); return;
                }

                Move(updates.Address, y.Address, places, x.ElementType.Size(), true);
            }
            else
            {
                Move(call.Input(0).Address, call.Output(0).Address, places, call.Input(0).ElementType.Size(), false);
            }
        }

        private void Move(byte* from, byte* to, int[] places, int size, bool isScatter)
        {
            switch (size)
            {
                case 1: Move(from, to, places, isScatter); break;
                case 2: Move((ushort*)from, (ushort*)to, places, isScatter); break;
                case 4: Move((uint*)from, (uint*)to, places, isScatter); break;
                default: Move((ulong*)from, (ulong*)to, places, isScatter); break;
            }
        }

        private void Move<T>(T* from, T* to, int[] places, bool isScatter)
            where T : unmanaged
        {
            for (int i = 0, offset = 0; i < places.Length; i++)
            {
                var place = offset + (places[i] * _axisStride);
                if (isScatter)
                {
                    to[place] = from[i];
                }
                else
                {
                    to[i] = from[place];
                }

                offset = Next(offset);
            }
        }

        private void Join<T>(T* updates, T* y, int[] places, ScatterReduction reduction)
            where T : unmanaged, INumber<T>
        {
            for (int i = 0, offset = 0; i < places.Length; i++)
            {
                var to = y + offset + (places[i] * _axisStride);
                *to = reduction switch
                {
                    ScatterReduction.Add => *to + updates[i],
                    ScatterReduction.Mul => *to * updates[i],
                    ScatterReduction.Min => T.Min(*to, updates[i]),
                    _ => T.Max(*to, updates[i]),
                };
                offset = Next(offset);
            }
        }

        private int Next(int offset)
        {
            for (var axis = _sizes.Length - 1; axis >= 0; axis--)
            {
                offset += _strides[axis];
                if (++_at[axis] < _sizes[axis])
                {
                    return offset;
                }

                offset -= _strides[axis] * _sizes[axis];
                _at[axis] = 0;
            }

            return offset;
        }
    }

    private sealed class OneHot(OneHotOperator hot) : IKernel
    {
        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            var y = call.Output(0);
            var axis = y.Shape.Axis(hot.Axis, hot.Name);
            int depth = y.Shape[axis], inner = y.Shape.Product(axis + 1, y.Shape.Rank);
            switch (y.ElementType.Size())
            {
                case 1: Write<byte>(call, depth, inner); break;
                case 2: Write<ushort>(call, depth, inner); break;
                case 4: Write<uint>(call, depth, inner); break;
                default: Write<ulong>(call, depth, inner); break;
            }
        }

        private static void Write<T>(KernelCall call, int depth, int inner)
            where T : unmanaged
        {
            var values = (T*)call.Input(2).Address;
            Span<T> y = new(call.Output(0).Address, call.Output(0).Shape.Elements);
            y.Fill(values[0]);
            var indices = call.Input(0);
            for (var i = 0; i < indices.Shape.Elements; i++)
            {
                var index = Index(indices, i);
                index = index < 0 ? index + depth : index;
                if (index >= 0 && index < depth)
                {
                    var (outer, rest) = Math.DivRem(i, inner);
                    y[(((outer * depth) + (int)index) * inner) + rest] = values[1];
                }
            }
        }

        private static long Index(Tensor indices, int i) => indices.ElementType switch
        {
            ElementType.Int64 => ((long*)indices.Address)[i],
            ElementType.Int32 => ((int*)indices.Address)[i],
            ElementType.Float32 => (long)((float*)indices.Address)[i],
            ElementType.UInt8 => indices.Address[i],
            ElementType.Int8 => ((sbyte*)indices.Address)[i],
            _ => (long)Reference.HostElements.Integers(indices)[i],
        };
    }

    /// <summary>Copies the slices whose condition holds.</summary>
    private sealed class Compress(CompressOperator compress) : IKernel
    {
        public void Run(KernelCall call)
        {
            var x = call.Input(0);
            var axis = compress.Axis is { } given ? x.Shape.Axis(given, compress.Name) : -1;
            int size = axis < 0 ? x.Shape.Elements : x.Shape[axis], outer = axis < 0 ? 1 : x.Shape.Product(0, axis);
            var run = (axis < 0 ? 1 : x.Shape.Product(axis + 1, x.Shape.Rank)) * x.ElementType.Size();
            var condition = call.Input(1).AsSpan<bool>();
            condition = condition[..Math.Min(size, condition.Length)];
            var count = condition.Count(true);
            var y = call.AllocateOutput(0, x.Type with { Shape = axis < 0 ? new Shape(count) : x.Shape.With(axis, count) });
            byte* from = x.Address, to = y.Address;
            for (var o = 0; o < outer; o++, from += (nint)size * run)
            {
                for (var i = 0; i < condition.Length; i++)
                {
                    if (condition[i])
                    {
                        Buffer.MemoryCopy(from + ((nint)i * run), to, run, run);
                        to += run;
                    }
                }
            }
        }
    }

    private sealed class CompressGradient(int? axis) : IKernel
    {
        public void Run(KernelCall call)
        {
            var y = call.Output(0);
            var at = axis is { } given ? y.Shape.Axis(given, "CompressGradient") : -1;
            int size = at < 0 ? y.Shape.Elements : y.Shape[at], outer = at < 0 ? 1 : y.Shape.Product(0, at), inner = at < 0 ? 1 : y.Shape.Product(at + 1, y.Shape.Rank);
            y.AsBytes().Clear();
            var condition = call.Input(1).AsSpan<bool>();
            condition = condition[..Math.Min(size, condition.Length)];
            float* from = (float*)call.Input(0).Address, to = (float*)y.Address;
            for (var o = 0; o < outer; o++, to += (nint)size * inner)
            {
                for (var i = 0; i < condition.Length; i++)
                {
                    if (condition[i])
                    {
                        new ReadOnlySpan<float>(from, inner).CopyTo(new Span<float>(to + ((nint)i * inner), inner));
                        from += inner;
                    }
                }
            }
        }
    }

    private sealed class NonZero : IKernel
    {
        public void Run(KernelCall call)
        {
            var x = call.Input(0);
            var count = 0;
            for (var i = 0; i < x.Shape.Elements; i++)
            {
                count += IsZero(x, i) ? 0 : 1;
            }

            var rank = x.Shape.Rank;
            var y = call.AllocateOutput(0, new TensorType(ElementType.Int64, new Shape(rank, count))).AsSpan<long>();
            for (int i = 0, found = 0; i < x.Shape.Elements; i++)
            {
                if (IsZero(x, i))
                {
                    continue;
                }

                for (int axis = rank - 1, rest = i; axis >= 0; axis--)
                {
                    (rest, var coordinate) = Math.DivRem(rest, x.Shape[axis]);
                    y[(axis * count) + found] = coordinate;
                }

                found++;
            }
        }

        private static bool IsZero(Tensor x, int i) => x.ElementType switch
        {
            ElementType.Float32 => ((float*)x.Address)[i] == 0,
            ElementType.Float64 => ((double*)x.Address)[i] == 0,
            _ => x.ElementType.Size() switch
            {
                1 => x.Address[i] == 0,
                2 => ((ushort*)x.Address)[i] == 0,
                4 => ((uint*)x.Address)[i] == 0,
                _ => ((ulong*)x.Address)[i] == 0,
            },
        };
    }

    /// <summary>Running sums of rows, kept in double for float32, so that long ones keep their digits.</summary>
    private sealed class CumSum<T, TSum>(CumSumOperator op) : IKernel
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        private TSum[] _sums = [];

        public void Run(KernelCall call)
        {
            var shape = call.Input(0).Shape;
            var axis = shape.Axis(Index(call.Input(1)), op.Name);
            int outer = shape.Product(0, axis), length = shape[axis], inner = shape.Product(axis + 1, shape.Rank);
            T* x = (T*)call.Input(0).Address, y = (T*)call.Output(0).Address;
            if (_sums.Length != inner)
            {
                _sums = new TSum[inner];
            }

            for (var o = 0; o < outer; o++)
            {
                Array.Clear(_sums);
                for (var k = 0; k < length; k++)
                {
                    var at = (((nint)o * length) + (op.IsReverse ? length - 1 - k : k)) * inner;
                    for (var i = 0; i < _sums.Length; i++)
                    {
                        var sum = _sums[i];
                        _sums[i] += TSum.CreateTruncating(x[at + i]);
                        y[at + i] = T.CreateTruncating(op.IsExclusive ? sum : _sums[i]);
                    }
                }
            }
        }

        private static long Index(Tensor axis) => axis.ElementType switch
        {
            ElementType.Int32 => *(int*)axis.Address,
            ElementType.Int64 => *(long*)axis.Address,
            _ => ConstantNumbers.Read(axis)[0],
        };
    }
}
