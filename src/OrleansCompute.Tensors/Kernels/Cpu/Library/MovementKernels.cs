using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of operators that only move elements.</summary>
internal static class MovementKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<TransposeOperator>((context, transpose, request) => new PermuteKernel(context, transpose.OrderFor(request.Inputs[0]!.Shape), request.Inputs[0]!))
        .Add<IdentityOperator>((_, _, _) => new CopyKernel())
        .Add<ReshapeOperator>((_, _, _) => new CopyKernel())
        .Add<ReshapeLikeOperator>((_, _, _) => new CopyKernel());

    private sealed class CopyKernel : IKernel
    {
        public void Run(KernelCall call)
        {
            Outputs.Ensure(call);
            call.Input(0).AsBytes().CopyTo(call.Output(0).AsBytes());
        }
    }

    /// <summary>
    /// Neighbouring dimensions that move together count as one. What is then a batch of matrix transpositions runs in tiles; what keeps
    /// its last dimension copies whole runs; the rest goes element by element.
    /// </summary>
    private sealed unsafe class PermuteKernel : IKernel
    {
        private readonly CpuKernelContext _context;
        private readonly int[] _sizes;
        private readonly int[] _order;
        private readonly nint[] _strides;
        private readonly int _elementSize;

        public PermuteKernel(CpuKernelContext context, int[] order, TensorType input)
        {
            _context = context;
            _elementSize = input.ElementType.Size();
            (_sizes, _order) = Merge(input.Shape, order);
            var strides = new Shape(_sizes).Strides();
            _strides = Array.ConvertAll(_order, axis => (nint)strides[axis]);
        }

        public void Run(KernelCall call)
        {
            byte* from = call.Input(0).Address, to = call.Output(0).Address;
            if (call.Output(0).Shape.Elements == 0)
            {
                return;
            }

            if (_elementSize == 4 && _order is [1, 0] or [0, 2, 1])
            {
                var batches = _order.Length == 3 ? _sizes[0] : 1;
                Vector.Transpose.Batches(
                    _context.Level, batches, _sizes[^2], _sizes[^1], new ReadOnlySpan<float>(from, call.Input(0).Shape.Elements), new Span<float>(to, call.Input(0).Shape.Elements));
                return;
            }

            switch (_elementSize)
            {
                case 4: Walk(0, (uint*)from, (uint*)to); break;
                case 1: Walk(0, from, to); break;
                case 2: Walk(0, (ushort*)from, (ushort*)to); break;
                default: Walk(0, (ulong*)from, (ulong*)to); break;
            }
        }

        private static (int[] Sizes, int[] Order) Merge(Shape shape, int[] order)
        {
            // Groups of old dimensions that stay neighbours, in the new order; dimensions of size 1 vanish.
            var groups = new List<List<int>>();
            foreach (var axis in order)
            {
                if (shape[axis] == 1)
                {
                    continue;
                }

                if (groups.Count > 0 && Follows(groups[^1][^1], axis, shape))
                {
                    groups[^1].Add(axis);
                }
                else
                {
                    groups.Add([axis]);
                }
            }

            var old = groups.OrderBy(group => group[0]).ToList();
            return groups.Count == 0 ? ([1], [0])
                : ([.. old.Select(group => group.Aggregate(1, (product, axis) => product * shape[axis]))], [.. groups.Select(group => old.IndexOf(group))]);
        }

        private static bool Follows(int before, int axis, Shape shape)
        {
            for (var i = before + 1; i < axis; i++)
            {
                if (shape[i] != 1)
                {
                    return false;
                }
            }

            return axis > before;
        }

        private T* Walk<T>(int dimension, T* from, T* to)
            where T : unmanaged
        {
            int count = _sizes[_order[dimension]];
            var stride = _strides[dimension];
            if (dimension < _order.Length - 1)
            {
                for (var i = 0; i < count; i++)
                {
                    to = Walk(dimension + 1, from + (i * stride), to);
                }
            }
            else if (stride == 1)
            {
                new ReadOnlySpan<T>(from, count).CopyTo(new Span<T>(to, count));
                to += count;
            }
            else
            {
                for (var i = 0; i < count; i++, from += stride)
                {
                    *to++ = *from;
                }
            }

            return to;
        }
    }
}
