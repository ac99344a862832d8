using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of layer normalisation, float32, with one factor per normalised element; threads take ranges of rows.</summary>
internal static class LayerNormKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<LayerNormalizationOperator>((context, norm, request) => Columns(request, norm.Axis, 2) is { } columns ? new Forward(context, columns, norm.Epsilon) : null)
        .Add<LayerNormalizationGradientOperator>((context, norm, request) => Columns(request, norm.Axis, 1) is { } columns ? new Backward(context, columns) : null);

    /// <summary>Elements of a row; null when scale or bias (the inputs from 1 to last) are not as long, or the type is another.</summary>
    private static int? Columns(KernelRequest request, int axis, int last)
    {
        var shape = request.Inputs[0]!.Shape;
        var columns = shape.Product(shape.Axis(axis, "LayerNormalization"), shape.Rank);
        for (var i = 1; i <= last && i < request.Inputs.Count; i++)
        {
            if (request.Inputs[i] is { } type && type.Shape.Elements != columns)
            {
                return null;
            }
        }

        return request.Inputs[0]!.ElementType == ElementType.Float32 && shape.Elements > 0 ? columns : null;
    }

    private sealed unsafe class Forward(CpuKernelContext context, int columns, float epsilon) : TeamWork, IKernel, ISkipsUnusedOutputs
    {
        private int _rows;
        private float* _x;
        private float* _scale;
        private float* _bias;
        private float* _y;
        private float* _mean;
        private float* _inverse;

        public void Run(KernelCall call)
        {
            _rows = call.Input(0).Shape.Elements / columns;
            _x = (float*)call.Input(0).Address;
            _scale = (float*)call.Input(1).Address;
            _bias = call.OptionalInput(2) is { } bias ? (float*)bias.Address : null;
            _y = (float*)call.Output(0).Address;
            _mean = call.HasOutput(1) ? (float*)call.Output(1).Address : null;
            _inverse = call.HasOutput(2) ? (float*)call.Output(2).Address : null;
            Teams.Run(context, this, _rows * columns);
        }

        public override void Run(int part, int parts)
        {
            int first = Start(_rows, part, parts), rows = Start(_rows, part + 1, parts) - first;
            var at = (nint)first * columns;
            LayerNorm.Forward(
                context.Level,
                columns,
                new ReadOnlySpan<float>(_x + at, rows * columns),
                [],
                [],
                new ReadOnlySpan<float>(_scale, columns),
                _bias == null ? [] : new ReadOnlySpan<float>(_bias, columns),
                epsilon,
                new Span<float>(_y + at, rows * columns),
                _mean == null ? [] : new Span<float>(_mean + first, rows),
                _inverse == null ? [] : new Span<float>(_inverse + first, rows));
        }
    }

    private sealed unsafe class Backward(CpuKernelContext context, int columns) : TeamWork, IKernel
    {
        private readonly AlignedBuffer _sums = new(2 * columns * context.Team.Parts);
        private int _rows;
        private float* _x;
        private float* _scale;
        private float* _mean;
        private float* _inverse;
        private float* _dy;
        private float* _dx;

        public void Run(KernelCall call)
        {
            _rows = call.Input(0).Shape.Elements / columns;
            _x = (float*)call.Input(0).Address;
            _scale = (float*)call.Input(1).Address;
            _mean = (float*)call.Input(2).Address;
            _inverse = (float*)call.Input(3).Address;
            _dy = (float*)call.Input(4).Address;
            _dx = (float*)call.Output(0).Address;
            _sums.Floats.Clear();
            Teams.Run(context, this, _rows * columns);
            Span<float> scale = call.Output(1).AsSpan<float>(), bias = call.Output(2).AsSpan<float>();
            _sums.Floats[..columns].CopyTo(scale);
            _sums.Floats.Slice(columns, columns).CopyTo(bias);
            for (var part = 1; part < context.Team.Parts; part++)
            {
                ElementLoops.Binary(context.Level, default(BinaryFunctions.Add), scale, _sums.Floats.Slice(2 * part * columns, columns), scale);
                ElementLoops.Binary(context.Level, default(BinaryFunctions.Add), bias, _sums.Floats.Slice(((2 * part) + 1) * columns, columns), bias);
            }
        }

        public override void Run(int part, int parts)
        {
            int first = Start(_rows, part, parts), rows = Start(_rows, part + 1, parts) - first;
            var at = (nint)first * columns;
            LayerNorm.Backward(
                context.Level,
                columns,
                new ReadOnlySpan<float>(_x + at, rows * columns),
                new ReadOnlySpan<float>(_scale, columns),
                new ReadOnlySpan<float>(_mean + first, rows),
                new ReadOnlySpan<float>(_inverse + first, rows),
                new ReadOnlySpan<float>(_dy + at, rows * columns),
                false,
                new Span<float>(_dx + at, rows * columns),
                _sums.Floats.Slice(2 * part * columns, columns),
                _sums.Floats.Slice(((2 * part) + 1) * columns, columns));
        }
    }
}
