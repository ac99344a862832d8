using OrleansCompute.Tensors.Operators.Sampling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of sampling by a grid, float32. What a block of places reads is found once and used for all channels. Threads take blocks of
/// places; for the gradient of the image they take channels, since places may read the same pixels.
/// </summary>
internal static unsafe class GridSampleKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<GridSampleOperator>((context, op, request) => Fits(request) ? new Kernel(context, op, request.Inputs[0]!.Shape, request.Outputs[0].Shape) : null)
        .Add<GridSampleGradientOperator>((context, op, request) => Fits(request) ? new Gradient(context, op.Forward, request.Inputs[1]!.Shape, request.Inputs[0]!.Shape) : null);

    private static bool Fits(KernelRequest request) => request.Inputs.All(input => input!.ElementType == ElementType.Float32) && request.Outputs.All(output => output.IsStatic);

    private static GridTable[] Tables(CpuKernelContext context, GridSampleOperator op, bool hasSlopes) =>
        [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new GridTable(op, hasSlopes))];

    private sealed class Kernel(CpuKernelContext context, GridSampleOperator op, Shape image, Shape result) : RangeKernel(context)
    {
        private readonly GridTable[] _tables = Tables(context, op, hasSlopes: false);
        private readonly int _places = result[2] * result[3];
        private readonly int _blocks = ((result[2] * result[3]) + GridTable.Block - 1) / GridTable.Block;
        private float* _image;
        private float* _grid;
        private float* _y;

        public override void Run(KernelCall call)
        {
            _image = (float*)call.Input(0).Address;
            _grid = (float*)call.Input(1).Address;
            _y = (float*)call.Output(0).Address;
            Share(image[0] * _blocks, (long)result.Elements * _tables[0].Taps);
        }

        protected override void Range(int start, int end, int part)
        {
            var table = _tables[part];
            for (var item = start; item < end; item++)
            {
                var (n, block) = Math.DivRem(item, _blocks);
                int first = block * GridTable.Block, count = Math.Min(GridTable.Block, _places - first);
                table.Fill(_grid + (2 * (((nint)n * _places) + first)), count, image[2], image[3]);
                for (var channel = 0; channel < image[1]; channel++)
                {
                    var plane = ((nint)n * image[1]) + channel;
                    table.Read(Context.Level, _image + (plane * image[2] * image[3]), count, _y + (plane * _places) + first);
                }
            }
        }
    }

    private sealed class Gradient(CpuKernelContext context, GridSampleOperator op, Shape image, Shape result) : RangeKernel(context), ISkipsUnusedOutputs
    {
        // Channels that use a table before it is made again.
        private const int Group = 8;

        private readonly GridTable[] _tables = Tables(context, op, hasSlopes: true);
        private readonly int _places = result[2] * result[3];
        private readonly int _blocks = ((result[2] * result[3]) + GridTable.Block - 1) / GridTable.Block;
        private readonly int _groups = (image[1] + Group - 1) / Group;
        private bool _isOfGrid;
        private float* _dy;
        private float* _image;
        private float* _grid;
        private float* _dx;

        public override void Run(KernelCall call)
        {
            _dy = (float*)call.Input(0).Address;
            _image = (float*)call.Input(1).Address;
            _grid = (float*)call.Input(2).Address;
            for (var output = 0; output < 2; output++)
            {
                if (call.HasOutput(output))
                {
                    call.Output(output).AsBytes().Clear();
                    _dx = (float*)call.Output(output).Address;
                    _isOfGrid = output == 1;
                    Share(image[0] * (_isOfGrid ? _blocks : _groups), (long)result.Elements * _tables[0].Taps);
                }
            }
        }

        protected override void Range(int start, int end, int part)
        {
            for (var item = start; item < end; item++)
            {
                var (n, number) = Math.DivRem(item, _isOfGrid ? _blocks : _groups);
                if (_isOfGrid)
                {
                    Block(_tables[part], n, number, 0, image[1]);
                    continue;
                }

                for (var block = 0; block < _blocks; block++)
                {
                    Block(_tables[part], n, block, number * Group, Math.Min(image[1], (number + 1) * Group));
                }
            }
        }

        private void Block(GridTable table, int n, int block, int fromChannel, int toChannel)
        {
            int first = block * GridTable.Block, count = Math.Min(GridTable.Block, _places - first);
            var places = 2 * (((nint)n * _places) + first);
            table.Fill(_grid + places, count, image[2], image[3]);
            for (var channel = fromChannel; channel < toChannel; channel++)
            {
                nint plane = ((nint)n * image[1]) + channel, pixels = plane * image[2] * image[3];
                var dy = _dy + (plane * _places) + first;
                if (_isOfGrid)
                {
                    table.AddSlopes(Context.Level, _image + pixels, count, dy, _dx + places);
                }
                else
                {
                    table.AddTo(_dx + pixels, count, dy);
                }
            }
        }
    }
}
