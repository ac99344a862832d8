using System.Numerics;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of the gradients of <see cref="ReferenceSampling"/>: each result's gradient goes back to what it was made of.</summary>
internal static class ReferenceSamplingGradients
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<GridSampleGradientOperator>((op, call) => GridSample(op.Forward, call))
        .Add<RoiAlignGradientOperator>((op, call) => RoiAlign(op.Forward, call))
        .Add<DftGradientOperator>((op, call) => Dft(op.Forward, call))
        .Add<StftGradientOperator>((op, call) => Stft(op.Forward, call));

    private static void GridSample(GridSampleOperator op, KernelCall call)
    {
        double[] dy = HostElements.Reals(call.Input(0)), image = HostElements.Reals(call.Input(1)), grid = HostElements.Reals(call.Input(2));
        Shape shape = call.Input(1).Shape, result = call.Input(0).Shape;
        int height = shape[2], width = shape[3];
        double[] dImage = new double[image.Length], dGrid = new double[grid.Length];
        for (var i = 0; i < dy.Length; i++)
        {
            call.Poll(i);
            var at = HostMoves.Coordinates(i, result);
            var place = 2 * HostMoves.Index([at[0], at[2], at[3]], new Shape(result[0], result[2], result[3]));
            var plane = ((at[0] * shape[1]) + at[1]) * height * width;
            foreach (var y in ReferenceSampling.Taps(op, op.Place(grid[place + 1], height)))
            {
                foreach (var x in ReferenceSampling.Taps(op, op.Place(grid[place], width)))
                {
                    int row = op.Pixel(y.Place, height), column = op.Pixel(x.Place, width);
                    if (row >= 0 && column >= 0)
                    {
                        var pixel = plane + (row * width) + column;
                        dImage[pixel] += dy[i] * y.Weight * x.Weight;
                        dGrid[place] += dy[i] * image[pixel] * y.Weight * x.Slope * op.Slope(grid[place], width);
                        dGrid[place + 1] += dy[i] * image[pixel] * y.Slope * x.Weight * op.Slope(grid[place + 1], height);
                    }
                }
            }
        }

        Store(call, 0, dImage);
        Store(call, 1, dGrid);
    }

    private static void RoiAlign(RoiAlignOperator op, KernelCall call)
    {
        double[] dy = HostElements.Reals(call.Input(0)), image = HostElements.Reals(call.Input(1)), regions = HostElements.Reals(call.Input(2));
        var images = HostElements.Ints(call.Input(3));
        Shape shape = call.Input(1).Shape, result = call.Input(0).Shape;
        double[] dImage = new double[image.Length], dRegions = new double[regions.Length];
        for (var i = 0; i < dy.Length; i++)
        {
            call.Poll(i);
            var at = HostMoves.Coordinates(i, result);
            var plane = ((RoiAlignOperator.Image(images[at[0]], at[0], shape[0]) * shape[1]) + at[1]) * shape[2] * shape[3];
            var samples = ReferenceSampling.Samples(op, regions, at, shape).ToArray();
            var chosen = samples.SelectMany(parts => parts);
            if (op.IsMax)
            {
                chosen = samples.Length == 0 ? [] : [chosen.MaxBy(part => part.Weight * image[plane + part.Pixel])];
            }

            foreach (var part in chosen)
            {
                var share = op.IsMax ? dy[i] : dy[i] / samples.Length;
                dImage[plane + part.Pixel] += share * part.Weight;
                for (var corner = 0; corner < 4; corner++)
                {
                    dRegions[(4 * at[0]) + corner] += share * image[plane + part.Pixel] * part.Slopes[corner];
                }
            }
        }

        Store(call, 0, dImage);
        Store(call, 1, dRegions);
    }

    private static void Dft(DftOperator op, KernelCall call)
    {
        Shape shape = call.Input(1).Shape, result = call.Input(0).Shape;
        var axis = shape.Axis(op.Axis, op.Name);
        var length = call.OptionalInput(2) is { } given ? HostElements.Ints(given)[0] : shape[axis];
        var dy = HostElements.Reals(call.Input(0));
        int parts = shape[shape.Rank - 1], inner = shape.Product(axis + 1, shape.Rank - 1), bins = result[axis];
        var dx = new double[call.Output(0).Shape.Elements];
        for (var line = 0; line < shape.Product(0, axis) * inner; line++)
        {
            var (outer, rest) = Math.DivRem(line, inner);
            Complex[] values = [.. Enumerable.Range(0, bins).Select(bin => 2 * ((((outer * bins) + bin) * inner) + rest)).Select(from => new Complex(dy[from], dy[from + 1]))];
            for (var t = 0; t < Math.Min(length, shape[axis]); t++)
            {
                call.Poll(t);
                var value = ReferenceSampling.Wave(values, t, length, !op.IsInverse) / (op.IsInverse ? length : 1);
                Put(dx, parts * ((((outer * shape[axis]) + t) * inner) + rest), parts, value);
            }
        }

        HostElements.StoreReals(call.Output(0), dx);
    }

    private static void Stft(StftOperator op, KernelCall call)
    {
        Shape shape = call.Input(1).Shape, result = call.Input(0).Shape;
        Tensor?[] inputs = [.. Enumerable.Range(1, call.InputCount - 1).Select(call.OptionalInput)];
        var frames = op.Frames(shape, new OperatorInputs(op, [.. inputs.Select(input => input?.Type)], inputs))!.Value;
        double[] dy = HostElements.Reals(call.Input(0)), x = HostElements.Reals(call.Input(1));
        var window = call.OptionalInput(3) is { } given ? HostElements.Reals(given) : ReferenceElementwise.Filled(frames.Length, 1);
        double[] dx = new double[x.Length], dWindow = new double[window.Length];
        for (var frame = 0; frame < result[0] * result[1]; frame++)
        {
            Complex[] values = [.. Enumerable.Range(0, result[2]).Select(bin => 2 * ((frame * result[2]) + bin)).Select(from => new Complex(dy[from], dy[from + 1]))];
            for (var t = 0; t < frames.Length; t++)
            {
                call.Poll(t);
                var from = shape[2] * ((frame / result[1] * shape[1]) + (frame % result[1] * frames.Step) + t);
                var value = ReferenceSampling.Wave(values, t, frames.Length, isPositive: true);
                Put(dx, from, shape[2], window[t] * value);
                dWindow[t] += (value.Real * x[from]) + (shape[2] == 2 ? value.Imaginary * x[from + 1] : 0);
            }
        }

        Store(call, 0, dx);
        Store(call, 1, dWindow);
    }

    private static void Put(double[] target, int at, int parts, Complex value)
    {
        target[at] += value.Real;
        if (parts == 2)
        {
            target[at + 1] += value.Imaginary;
        }
    }

    private static void Store(KernelCall call, int output, double[] values)
    {
        if (call.HasOutput(output))
        {
            HostElements.StoreReals(call.Output(output), values);
        }
    }
}
