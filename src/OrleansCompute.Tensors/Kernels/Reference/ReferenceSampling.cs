using System.Numerics;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of operators that read signals between their elements, or as waves.</summary>
internal static class ReferenceSampling
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<GridSampleOperator>(GridSample)
        .Add<RoiAlignOperator>(RoiAlign)
        .Add<DftOperator>(Dft)
        .Add<StftOperator>(Stft);

    private static void GridSample(GridSampleOperator op, KernelCall call)
    {
        double[] image = HostElements.Reals(call.Input(0)), grid = HostElements.Reals(call.Input(1));
        Shape shape = call.Input(0).Shape, result = call.Output(0).Shape;
        int height = shape[2], width = shape[3];
        HostElements.StoreReals(call.Output(0), [.. Enumerable.Range(0, result.Elements).Select(i =>
        {
            var at = HostMoves.Coordinates(i, result);
            var place = 2 * HostMoves.Index([at[0], at[2], at[3]], new Shape(result[0], result[2], result[3]));
            var plane = ((at[0] * shape[1]) + at[1]) * height * width;
            double Read(int y, int x) => op.Pixel(y, height) is var row && row >= 0 && op.Pixel(x, width) is var column && column >= 0 ? image[plane + (row * width) + column] : 0;
            return Taps(op, op.Place(grid[place + 1], height)).Sum(y => Taps(op, op.Place(grid[place], width)).Sum(x => y.Weight * x.Weight * Read(y.Place, x.Place)));
        })]);
    }

    private static (int Place, double Weight)[] Taps(GridSampleOperator op, double place)
    {
        var first = (int)Math.Floor(place);
        var rest = place - first;
        return op.Mode switch
        {
            GridSampleMode.Nearest => [((int)place, 1)],
            GridSampleMode.Bilinear => [(first, 1 - rest), (first + 1, rest)],
            _ => [.. Enumerable.Range(-1, 4).Select(k => (first + k, Cubic(Math.Abs(k - rest))))],
        };
    }

    private static double Cubic(double distance)
    {
        const double A = -0.75;
        return distance <= 1 ? ((((A + 2) * distance) - (A + 3)) * distance * distance) + 1 : ((((distance - 5) * distance) + 8) * distance * A) - (4 * A);
    }

    private static void RoiAlign(RoiAlignOperator op, KernelCall call)
    {
        double[] image = HostElements.Reals(call.Input(0)), regions = HostElements.Reals(call.Input(1));
        var images = HostElements.Ints(call.Input(2));
        Shape shape = call.Input(0).Shape, result = call.Output(0).Shape;
        HostElements.StoreReals(call.Output(0), [.. Enumerable.Range(0, result.Elements).Select(i =>
        {
            var at = HostMoves.Coordinates(i, result);
            var rows = op.Side(regions[(4 * at[0]) + 1], regions[(4 * at[0]) + 3], op.Height);
            var columns = op.Side(regions[4 * at[0]], regions[(4 * at[0]) + 2], op.Width);
            var number = images[at[0]] >= 0 && images[at[0]] < shape[0] ? images[at[0]] : throw new ShapeMismatchException(
                $"{op.Name}: region {at[0]} is of image {images[at[0]]}; allowed 0 to {shape[0] - 1}.");
            var plane = ((number * shape[1]) + at[1]) * shape[2] * shape[3];
            var samples = Enumerable.Range(0, rows.Samples).SelectMany(y => Enumerable.Range(0, columns.Samples).Select(x =>
            {
                var v = RoiAlignOperator.Between(rows.Start + (at[2] * rows.Cell) + ((y + 0.5) * rows.Cell / rows.Samples), shape[2]);
                var h = RoiAlignOperator.Between(columns.Start + (at[3] * columns.Cell) + ((x + 0.5) * columns.Cell / columns.Samples), shape[3]);
                double Pixel(int row, int column, double weight) => v.IsInside && h.IsInside ? weight * image[plane + (row * shape[3]) + column] : 0;
                return new[]
                {
                    Pixel(v.Low, h.Low, (1 - v.Weight) * (1 - h.Weight)), Pixel(v.Low, h.High, (1 - v.Weight) * h.Weight),
                    Pixel(v.High, h.Low, v.Weight * (1 - h.Weight)), Pixel(v.High, h.High, v.Weight * h.Weight),
                };
            })).ToArray();
            return op.IsMax ? samples.Select(parts => parts.Max()).DefaultIfEmpty().Max() : samples.Sum(parts => parts.Sum()) / Math.Max(1, samples.Length);
        })]);
    }

    /// <summary>The transform of values at a frequency.</summary>
    private static Complex Bin(IEnumerable<Complex> values, int bin, int length, bool isInverse) => values
        .Select((value, t) => value * Complex.FromPolarCoordinates(1, (isInverse ? 2 : -2) * Math.PI * ((long)bin * t % length) / length))
        .Aggregate(Complex.Zero, (sum, next) => sum + next) / (isInverse ? length : 1);

    private static void Dft(DftOperator op, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        var shape = call.Input(0).Shape;
        var axis = shape.Axis(op.Axis, op.Name);
        var length = call.OptionalInput(1) is { } given ? HostElements.Ints(given)[0] : shape[axis];
        var x = HostElements.Reals(call.Input(0));
        int parts = shape[shape.Rank - 1], inner = shape.Product(axis + 1, shape.Rank - 1), bins = op.Bins(length);
        var results = new double[call.Output(0).Shape.Elements];
        for (var line = 0; line < shape.Product(0, axis) * inner; line++)
        {
            int outer = line / inner, start = (outer * shape[axis] * inner) + (line % inner);
            Complex[] values = [.. Enumerable.Range(0, Math.Min(length, shape[axis])).Select(t =>
                new Complex(x[(start + (t * inner)) * parts], parts == 2 ? x[((start + (t * inner)) * 2) + 1] : 0))];
            for (var bin = 0; bin < bins; bin++)
            {
                var to = 2 * ((((outer * bins) + bin) * inner) + (line % inner));
                var value = Bin(values, bin, length, op.IsInverse);
                (results[to], results[to + 1]) = (value.Real, value.Imaginary);
            }
        }

        HostElements.StoreReals(call.Output(0), results);
    }

    private static void Stft(StftOperator op, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        var shape = call.Input(0).Shape;
        Tensor?[] inputs = [.. Enumerable.Range(0, call.InputCount).Select(call.OptionalInput)];
        var frames = op.Frames(shape, new OperatorInputs(op, [.. inputs.Select(input => input?.Type)], inputs))!.Value;
        var x = HostElements.Reals(call.Input(0));
        var window = call.OptionalInput(2) is { } given ? HostElements.Reals(given) : ReferenceElementwise.Filled(frames.Length, 1);
        var result = call.Output(0).Shape;
        var results = new double[result.Elements];
        for (var i = 0; i < results.Length / 2; i++)
        {
            var at = HostMoves.Coordinates(i, new Shape(result[0], result[1], result[2]));
            var start = (at[0] * shape[1]) + (at[1] * frames.Step);
            var value = Bin(
                Enumerable.Range(0, frames.Length).Select(t => window[t] * new Complex(x[(start + t) * shape[2]], shape[2] == 2 ? x[((start + t) * 2) + 1] : 0)),
                at[2], frames.Length, false);
            (results[2 * i], results[(2 * i) + 1]) = (value.Real, value.Imaginary);
        }

        HostElements.StoreReals(call.Output(0), results);
    }
}
