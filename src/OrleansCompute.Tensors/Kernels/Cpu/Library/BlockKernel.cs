using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// An element-wise kernel for elements of any types: blocks of 1024 elements of each input as broadcasting repeats them, so that the
/// functions see plain runs that stay in the first-level cache. Not thread-safe.
/// </summary>
internal abstract unsafe class BlockKernel : RangeKernel
{
    /// <summary>Elements of a block.</summary>
    protected const int Block = 1024;

    private readonly int[] _sizes;
    private readonly BroadcastReader?[] _readers;
    private readonly int[] _places;
    private readonly AlignedBuffer[] _scratch;
    private readonly nint[] _inputs;
    private readonly int _elements;
    private readonly int _outputSize;
    private nint _output;
    private bool _streams;

    protected BlockKernel(CpuKernelContext context, IReadOnlyList<TensorType?> inputs, TensorType output)
        : base(context)
    {
        _elements = output.Shape.Elements;
        _outputSize = output.ElementType.Size();
        _sizes = [.. inputs.Select(type => type!.ElementType.Size())];
        _readers = [.. inputs.Select(type => type!.Shape.Elements == _elements ? null : new BroadcastReader(type.Shape, output.Shape))];
        _places = new int[inputs.Count + 1];
        _inputs = new nint[inputs.Count];
        var floats = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            _places[i] = floats;
            floats += _readers[i] is null ? 0 : Block * _sizes[i] / sizeof(float);
        }

        // Behind them a block of results on its way to memory.
        _places[^1] = floats;
        floats += (long)_elements * _outputSize >= Streaming.MinBytes ? Block * _outputSize / sizeof(float) : 0;
        _scratch = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new AlignedBuffer(floats))];
    }

    public sealed override void Run(KernelCall call)
    {
        for (var i = 0; i < _inputs.Length; i++)
        {
            _inputs[i] = (nint)call.Input(i).Address;
        }

        _output = (nint)call.Output(0).Address;
        _streams = CanStream && Streaming.Fits(Context.Level, (void*)_output, (long)_elements * _outputSize) && !_inputs.Contains(_output);
        Prepare(call);
        Share((_elements + Block - 1) / Block, _elements);
    }

    /// <summary>Whether the results may be computed elsewhere and taken to their place.</summary>
    protected virtual bool CanStream => true;

    /// <summary>Reads what the functions need beside the elements.</summary>
    protected virtual void Prepare(KernelCall call)
    {
        // Most need nothing.
    }

    /// <summary>Computes a block; runs on several threads at once.</summary>
    protected abstract void Compute(byte** inputs, byte* output, int count);

    protected sealed override void Range(int start, int end, int part)
    {
        var memory = (byte*)Pointers.Of(_scratch[part]);
        var blocks = stackalloc byte*[Math.Max(_inputs.Length, 1)];
        for (var at = start * Block; at < Math.Min(end * Block, _elements); at += Block)
        {
            var count = Math.Min(Block, _elements - at);
            for (var i = 0; i < _inputs.Length; i++)
            {
                if (_readers[i] is not { } reader)
                {
                    blocks[i] = (byte*)_inputs[i] + ((nint)at * _sizes[i]);
                    continue;
                }

                blocks[i] = memory + ((nint)_places[i] * sizeof(float));
                if (at == start * Block || !reader.IsConstant)
                {
                    // A constant block is written whole: the last may be shorter, the next longer.
                    reader.Read((byte*)_inputs[i], _sizes[i], at, reader.IsConstant ? Block : count, blocks[i]);
                }
            }

            var to = (byte*)_output + ((nint)at * _outputSize);
            if (!_streams)
            {
                Compute(blocks, to, count);
                continue;
            }

            var results = memory + ((nint)_places[^1] * sizeof(float));
            Compute(blocks, results, count);
            Streaming.Copy(Context.Level, results, to, count * _outputSize);
        }

        Streaming.Finish();
    }
}
