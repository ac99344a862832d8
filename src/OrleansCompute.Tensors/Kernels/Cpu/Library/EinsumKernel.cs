using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Einstein summation, float32, as matrix products: operand after operand joins the result so far, both laid out as [kept by both, kept by one,
/// summed]; indices that only one has, and nobody needs, are summed before. Planned once; keeps its memory. Not thread-safe.
/// </summary>
internal sealed unsafe class EinsumKernel : IKernel
{
    private readonly CpuKernelContext _context;
    private readonly CpuGemm _gemm;
    private readonly Layout[] _first;
    private readonly Joint[] _joints;
    private readonly StridedMove? _last;
    private readonly AlignedBuffer _result = new();

    private EinsumKernel(CpuKernelContext context, Layout[] first, Joint[] joints, StridedMove? last)
    {
        (_context, _first, _joints, _last) = (context, first, joints, last);
        _gemm = new CpuGemm(context.Level, context.Team, context.Stop);
        _result.Ensure(joints.Length == 0 ? first[0].Length : joints[^1].Length);
    }

    /// <summary>Null where the result repeats an index, or more dimensions are walked than a strided copy has.</summary>
    public static EinsumKernel? Create(CpuKernelContext context, EinsumEquation equation, KernelRequest request)
    {
        if (request.Inputs.Any(type => type!.ElementType != ElementType.Float32 || type.Shape.Elements == 0))
        {
            return null;
        }

        var (indices, sizes) = equation.Bind([.. request.Inputs.Select(type => type!.Shape)]);
        var output = indices[^1];
        if (output.Distinct().Count() != output.Length || sizes.Contains(0))
        {
            return null;
        }

        var count = request.Inputs.Count;
        var layouts = new List<Layout>();
        var joints = new List<Joint>();
        int[] current = [.. indices[0].Distinct()];
        for (var i = 1; i < count; i++)
        {
            int[] other = [.. indices[i].Distinct()];
            var needed = indices[(i + 1)..].SelectMany(list => list).ToHashSet();
            int[] batch = [.. current.Where(index => other.Contains(index) && needed.Contains(index))];
            int[] summed = [.. current.Where(index => other.Contains(index) && !needed.Contains(index))];
            int[] left = [.. current.Where(index => !other.Contains(index) && needed.Contains(index))];
            int[] right = [.. other.Where(index => !current.Contains(index) && needed.Contains(index))];
            int[] leftOnly = [.. current.Where(index => !other.Contains(index) && !needed.Contains(index))];
            int[] rightOnly = [.. other.Where(index => !current.Contains(index) && !needed.Contains(index))];
            var a = i == 1
                ? Layout.Of(context, sizes, request.Inputs[0]!.Shape, indices[0], [.. batch, .. left, .. summed], leftOnly)
                : Layout.Of(context, sizes, new Shape([.. current.Select(index => sizes[index])]), current, [.. batch, .. left, .. summed], leftOnly);
            var b = Layout.Of(context, sizes, request.Inputs[i]!.Shape, indices[i], [.. batch, .. right, .. summed], rightOnly);
            if (a is null || b is null)
            {
                return null;
            }

            layouts.Add(a);
            joints.Add(new Joint(b, Size(sizes, batch), Size(sizes, left), Size(sizes, right), Size(sizes, summed)));
            current = [.. batch, .. left, .. right];
        }

        if (count == 1)
        {
            var only = Layout.Of(context, sizes, request.Inputs[0]!.Shape, indices[0], output, [.. current.Except(output)]);
            return only is null ? null : new EinsumKernel(context, [only], [], null);
        }

        if (current.SequenceEqual(output))
        {
            return new EinsumKernel(context, [.. layouts], [.. joints], null);
        }

        var order = Array.ConvertAll(output, index => Array.IndexOf(current, index));
        return StridedMove.Permutation(context, sizeof(float), new Shape([.. current.Select(index => sizes[index])]), order) is { } last
            ? new EinsumKernel(context, [.. layouts], [.. joints], last)
            : null;
    }

    public void Run(KernelCall call)
    {
        var y = (float*)call.Output(0).Address;
        if (_joints.Length == 0)
        {
            var only = _first[0].Run((float*)call.Input(0).Address, y);
            if (only != y)
            {
                new ReadOnlySpan<float>(only, _first[0].Length).CopyTo(new Span<float>(y, _first[0].Length));
            }

            return;
        }

        var current = (float*)call.Input(0).Address;
        for (var i = 0; i < _joints.Length; i++)
        {
            var joint = _joints[i];
            var to = i < _joints.Length - 1 ? joint.Buffer() : _last is null ? y : Pointers.Of(_result);
            Multiply(joint, _first[i].Run(current, null), joint.Right.Run((float*)call.Input(i + 1).Address, null), to);
            current = to;
        }

        _last?.Run((byte*)current, _joints[^1].Length, (byte*)y, call.Output(0).Shape.Elements);
    }

    private static int Size(int[] sizes, int[] indices) => indices.Aggregate(1, (product, index) => checked(product * sizes[index]));

    private void Multiply(Joint joint, float* a, float* b, float* c)
    {
        var (m, n, k) = (joint.Rows, joint.Columns, joint.Depth);
        if (m == 1 && n == 1 && k == 1)
        {
            ElementLoops.Binary(
                _context.Level, default(BinaryFunctions.Multiply), new ReadOnlySpan<float>(a, joint.Batch), new ReadOnlySpan<float>(b, joint.Batch), new Span<float>(c, joint.Batch));
        }
        else if (m == 1 && n == 1)
        {
            for (var i = 0; i < joint.Batch; i++)
            {
                c[i] = (float)Reductions.Dot(_context.Level, new ReadOnlySpan<float>(a + ((nint)i * k), k), new ReadOnlySpan<float>(b + ((nint)i * k), k));
            }
        }
        else
        {
            _gemm.RunBatch(new GemmArguments(new GemmShape(m, n, k, TransposeB: true), a, b, c), joint.Batch, (nint)m * k, (nint)n * k, (nint)m * n);
        }
    }

    /// <summary>An operand in the order of indices that a product wants, without those that only it has.</summary>
    private sealed class Layout
    {
        private readonly StridedMove? _move;
        private readonly PassRunner _runner;
        private readonly AxisPass _pass;
        private readonly int _from;
        private readonly AlignedBuffer _moved;
        private readonly AlignedBuffer _summed;

        private Layout(CpuKernelContext context, StridedMove? move, int from, int kept, int summed)
        {
            (_move, _from, Length) = (move, from, kept);
            _runner = new PassRunner(context);
            _pass = new AxisPass(kept, summed, 1);
            _moved = new AlignedBuffer(move is null ? 0 : kept * summed);
            _summed = new AlignedBuffer(summed > 1 ? kept : 0);
        }

        /// <summary>Elements that are kept.</summary>
        public int Length { get; }

        public static Layout? Of(CpuKernelContext context, int[] sizes, Shape shape, int[] indices, int[] kept, int[] summed)
        {
            int[] order = [.. kept, .. summed];
            int[] own = shape.Strides(), strides = new int[order.Length];
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                // A repeated index walks a diagonal; a size of 1 is repeated.
                strides[Array.IndexOf(order, indices[axis])] += shape[axis] == 1 ? 0 : own[axis];
            }

            var box = new Shape([.. order.Select(index => sizes[index])]);
            var isPlain = Enumerable.Range(0, order.Length).All(i => box[i] == 1 || strides[i] == box.Strides()[i]) && box.Elements == shape.Elements;
            var move = isPlain ? null : StridedMove.Create(context, sizeof(float), box.Dimensions, strides, box.Strides());
            return isPlain || move is not null ? new Layout(context, move, shape.Elements, Size(sizes, kept), Size(sizes, summed)) : null;
        }

        /// <summary>Where the laid-out operand is: in place, in memory of its own, or, if it must be written, where it is wanted.</summary>
        public float* Run(float* x, float* wanted)
        {
            if (_move is not null)
            {
                var to = wanted != null && _pass.Axis == 1 ? wanted : Pointers.Of(_moved);
                _move.Run((byte*)x, _from, (byte*)to, _pass.Outer * _pass.Axis);
                x = to;
            }

            if (_pass.Axis == 1)
            {
                return x;
            }

            var sums = wanted != null ? wanted : Pointers.Of(_summed);
            _runner.Run(_pass, Sum, Sum, x, sums);
            return sums;
        }

        private static void Sum(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y) => Reductions.Axis<Reducers.Sum>(level, outer, axis, inner, x, y);
    }

    /// <summary>One product, and where its result goes when another follows.</summary>
    private sealed record Joint(Layout Right, int Batch, int Rows, int Columns, int Depth)
    {
        private readonly AlignedBuffer _buffer = new();

        public int Length => Batch * Rows * Columns;

        public float* Buffer()
        {
            _buffer.Ensure(Length);
            return Pointers.Of(_buffer);
        }
    }
}
