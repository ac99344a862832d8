using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of pooled regions, float32. Where a region's samples lie along each side is found once and used for all cells and channels.
/// Threads take regions; for the gradient of the image they take channels, since regions may overlap.
/// </summary>
internal static unsafe class RoiAlignKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<RoiAlignOperator>((context, op, request) => Fits(request, 2) ? new Kernel(context, op, request.Inputs[0]!.Shape, request.Outputs[0].Shape, null) : null)
        .Add<RoiAlignGradientOperator>((context, op, request) => Fits(request, 3)
            ? new Kernel(context, op.Forward, request.Inputs[1]!.Shape, request.Inputs[0]!.Shape, op)
            : null);

    private static bool Fits(KernelRequest request, int reals) =>
        request.Inputs.Take(reals).All(input => input!.ElementType == ElementType.Float32) && request.Outputs.All(output => output.IsStatic);

    private readonly record struct Sample(int Low, int High, float Weight, int Slope, bool IsInside);

    private enum Wanted
    {
        Result,
        Image,
        Regions,
    }

    private sealed class Kernel(CpuKernelContext context, RoiAlignOperator op, Shape image, Shape result, RoiAlignGradientOperator? gradient)
        : RangeKernel(context), ISkipsUnusedOutputs
    {
        private readonly List<Sample>[] _rows = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new List<Sample>())];
        private readonly List<Sample>[] _columns = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new List<Sample>())];
        private int[] _images = [];
        private Wanted _wanted;
        private float* _image;
        private float* _regions;
        private float* _y;
        private float* _target;

        public override void Run(KernelCall call)
        {
            var first = gradient is null ? 0 : 1;
            _image = (float*)call.Input(first).Address;
            _regions = (float*)call.Input(first + 1).Address;
            _images = [.. ConstantNumbers.Read(call.Input(first + 2)).Select((number, region) => RoiAlignOperator.Image(number, region, image[0]))];
            var samples = op.CountSamples(call.Input(first + 1).AsSpan<float>());
            _y = (float*)(gradient is null ? call.Output(0) : call.Input(0)).Address;
            for (var output = 0; output < call.OutputCount; output++)
            {
                if (call.HasOutput(output))
                {
                    _wanted = gradient is null ? Wanted.Result : output == 0 ? Wanted.Image : Wanted.Regions;
                    _target = (float*)call.Output(output).Address;
                    if (gradient is not null)
                    {
                        call.Output(output).AsBytes().Clear();
                    }

                    Share(_wanted == Wanted.Image ? image[1] : result[0], Math.Max(result.Elements, 4 * samples * image[1]));
                }
            }
        }

        protected override void Range(int start, int end, int part)
        {
            var byChannel = _wanted == Wanted.Image;
            for (var region = byChannel ? 0 : start; region < (byChannel ? result[0] : end); region++)
            {
                var corners = _regions + (4 * region);
                var samples = (Place(_rows[part], corners[1], corners[3], op.Height, image[2]), Place(_columns[part], corners[0], corners[2], op.Width, image[3]));
                for (var channel = byChannel ? start : 0; channel < (byChannel ? end : image[1]); channel++)
                {
                    Plane(part, region, channel, samples);
                }
            }
        }

        /// <summary>Where the samples of all cells lie along a side; gives how many a cell has.</summary>
        private int Place(List<Sample> samples, float from, float to, int cells, int size)
        {
            samples.Clear();
            var side = op.Side(from, to, cells);
            for (var i = 0; i < cells * side.Samples; i++)
            {
                var place = RoiAlignOperator.Between(side.Start + (i / side.Samples * side.Cell) + (((i % side.Samples) + 0.5) * side.Cell / side.Samples), size);
                samples.Add(new Sample(place.Low, place.High, (float)place.Weight, place.Slope, place.IsInside));
            }

            return side.Samples;
        }

        private void Plane(int part, int region, int channel, (int Rows, int Columns) samples)
        {
            var plane = (((nint)_images[region] * image[1]) + channel) * image[2] * image[3];
            var y = _y + ((((nint)region * image[1]) + channel) * op.Height * op.Width);
            for (var cell = 0; cell < op.Height * op.Width; cell++)
            {
                var (row, column) = Math.DivRem(cell, op.Width);
                var best = samples.Rows * samples.Columns == 0 ? 0 : float.NegativeInfinity;
                var chosen = (Row: 0, Column: 0, Corner: -1);
                var sum = 0f;
                var share = 1f / Math.Max(1, samples.Rows * samples.Columns);
                for (var v = row * samples.Rows; v < (row + 1) * samples.Rows; v++)
                {
                    for (var h = column * samples.Columns; h < (column + 1) * samples.Columns; h++)
                    {
                        for (var corner = 0; corner < 4; corner++)
                        {
                            if (op.IsMax || _wanted == Wanted.Result)
                            {
                                var value = Value(part, plane, v, h, corner);
                                sum += value;
                                (best, chosen) = value > best || float.IsNaN(value) ? (value, (v, h, corner)) : (best, chosen);
                            }
                            else
                            {
                                Give(part, region, plane, v, h, corner, (row, column), y[cell] * share);
                            }
                        }
                    }
                }

                if (_wanted == Wanted.Result)
                {
                    y[cell] = op.IsMax ? best : sum * share;
                }
                else if (chosen.Corner >= 0)
                {
                    Give(part, region, plane, chosen.Row, chosen.Column, chosen.Corner, (row, column), y[cell]);
                }
            }
        }

        private (nint Pixel, float RowWeight, float ColumnWeight, bool IsInside) Corner(int part, int v, int h, int corner)
        {
            Sample row = _rows[part][v], column = _columns[part][h];
            return (
                ((nint)(corner < 2 ? row.Low : row.High) * image[3]) + ((corner & 1) == 0 ? column.Low : column.High),
                corner < 2 ? 1 - row.Weight : row.Weight,
                (corner & 1) == 0 ? 1 - column.Weight : column.Weight,
                row.IsInside && column.IsInside);
        }

        private float Value(int part, nint plane, int v, int h, int corner)
        {
            var (pixel, row, column, isInside) = Corner(part, v, h, corner);
            return isInside && row * column != 0 ? row * column * _image[plane + pixel] : 0;
        }

        private void Give(int part, int region, nint plane, int v, int h, int corner, (int Row, int Column) cell, float dy)
        {
            var (pixel, row, column, isInside) = Corner(part, v, h, corner);
            if (!isInside)
            {
                return;
            }

            if (_wanted == Wanted.Image)
            {
                _target[plane + pixel] += row * column * dy;
                return;
            }

            float* corners = _regions + (4 * region), target = _target + (4 * region);
            int rows = _rows[part].Count / op.Height, columns = _columns[part].Count / op.Width;
            var (top, bottom) = op.SideSlopes(corners[1], corners[3], (cell.Row + (((v % rows) + 0.5) / rows)) / op.Height);
            var (left, right) = op.SideSlopes(corners[0], corners[2], (cell.Column + (((h % columns) + 0.5) / columns)) / op.Width);
            var value = dy * _image[plane + pixel];
            var byRow = value * column * (corner < 2 ? -1 : 1) * _rows[part][v].Slope;
            var byColumn = value * row * ((corner & 1) == 0 ? -1 : 1) * _columns[part][h].Slope;
            target[0] += byColumn * (float)left;
            target[1] += byRow * (float)top;
            target[2] += byColumn * (float)right;
            target[3] += byRow * (float)bottom;
        }
    }
}
