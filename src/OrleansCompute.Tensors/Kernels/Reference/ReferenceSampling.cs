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

    /// <summary>What is read at a place: pixels, their weights, and how these change with the place.</summary>
    internal static (int Place, double Weight, double Slope)[] Taps(GridSampleOperator op, double place)
    {
        var first = (int)Math.Floor(place);
        var rest = place - first;
        return op.Mode switch
        {
            GridSampleMode.Nearest => [((int)place, 1, 0)],
            GridSampleMode.Bilinear => [(first, 1 - rest, -1), (first + 1, rest, 1)],
            _ => [.. Enumerable.Range(-1, 4).Select(k => (first + k, Cubic(Math.Abs(k - rest)), (k > rest ? -1 : 1) * CubicSlope(Math.Abs(k - rest))))],
        };
    }

    private static double Cubic(double distance)
    {
        const double A = -0.75;
        return distance <= 1 ? ((((A + 2) * distance) - (A + 3)) * distance * distance) + 1 : ((((distance - 5) * distance) + 8) * distance * A) - (4 * A);
    }

    private static double CubicSlope(double distance)
    {
        const double A = -0.75;
        return distance <= 1 ? ((3 * (A + 2) * distance) - (2 * (A + 3))) * distance : ((((3 * distance) - 10) * distance) + 8) * A;
    }

    private static void RoiAlign(RoiAlignOperator op, KernelCall call)
    {
        double[] image = HostElements.Reals(call.Input(0)), regions = HostElements.Reals(call.Input(1));
        var images = HostElements.Ints(call.Input(2));
        Shape shape = call.Input(0).Shape, result = call.Output(0).Shape;
        HostElements.StoreReals(call.Output(0), [.. Enumerable.Range(0, result.Elements).Select(i =>
        {
            var at = HostMoves.Coordinates(i, result);
            var plane = ((RoiAlignOperator.Image(images[at[0]], at[0], shape[0]) * shape[1]) + at[1]) * shape[2] * shape[3];
            double[][] samples = [.. Samples(op, regions, at, shape).Select(parts => parts.Select(part => part.Weight == 0 ? 0 : part.Weight * image[plane + part.Pixel]).ToArray())];
            return op.IsMax ? samples.Select(parts => parts.Max()).DefaultIfEmpty().Max() : samples.Sum(parts => parts.Sum()) / Math.Max(1, samples.Length);
        })]);
    }

    /// <summary>
    /// The samples of a result: each has four pixels of the plane, their weights, and how these change with the region's corners
    /// (x1, y1, x2, y2).
    /// </summary>
    internal static IEnumerable<(int Pixel, double Weight, double[] Slopes)[]> Samples(RoiAlignOperator op, double[] regions, int[] at, Shape shape)
    {
        var region = regions.AsSpan(4 * at[0], 4).ToArray();
        var rows = op.Side(region[1], region[3], op.Height);
        var columns = op.Side(region[0], region[2], op.Width);
        return Enumerable.Range(0, rows.Samples).SelectMany(y => Enumerable.Range(0, columns.Samples).Select(x =>
        {
            double down = (at[2] + ((y + 0.5) / rows.Samples)) / op.Height, right = (at[3] + ((x + 0.5) / columns.Samples)) / op.Width;
            var v = RoiAlignOperator.Between(rows.Start + (down * op.Height * rows.Cell), shape[2]);
            var h = RoiAlignOperator.Between(columns.Start + (right * op.Width * columns.Cell), shape[3]);
            var (x1, x2) = op.SideSlopes(region[0], region[2], right);
            var (y1, y2) = op.SideSlopes(region[1], region[3], down);
            (int, double, double[]) Part(int row, int column, double weightV, double weightH, int signV, int signH)
            {
                double slopeV = signV * v.Slope * weightH, slopeH = signH * h.Slope * weightV;
                return v.IsInside && h.IsInside
                    ? ((row * shape[3]) + column, weightV * weightH, [slopeH * x1, slopeV * y1, slopeH * x2, slopeV * y2])
                    : (0, 0, new double[4]);
            }

            return new[]
            {
                Part(v.Low, h.Low, 1 - v.Weight, 1 - h.Weight, -1, -1), Part(v.Low, h.High, 1 - v.Weight, h.Weight, -1, 1),
                Part(v.High, h.Low, v.Weight, 1 - h.Weight, 1, -1), Part(v.High, h.High, v.Weight, h.Weight, 1, 1),
            };
        }));
    }

    /// <summary>The sum of values, each times the wave of its number at a place.</summary>
    internal static Complex Wave(IEnumerable<Complex> values, int place, int length, bool isPositive) => values
        .Select((value, t) => value * Complex.FromPolarCoordinates(1, (isPositive ? 2 : -2) * Math.PI * ((long)place * t % length) / length))
        .Aggregate(Complex.Zero, (sum, next) => sum + next);

    /// <summary>The transform of values at a frequency.</summary>
    private static Complex Bin(IEnumerable<Complex> values, int bin, int length, bool isInverse) =>
        Wave(values, bin, length, isInverse) / (isInverse ? length : 1);

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
