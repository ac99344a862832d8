using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Runs an element-wise program block by block: a block of 1024 floats of every register (4 KB each) stays in the first-level cache, so
/// that memory is read and written once however long the program is. Not thread-safe.
/// </summary>
internal sealed unsafe class ElementProgramKernel : TeamWork, IKernel
{
    private const int Block = 1024;

    /// <summary>Below this (some 10 microseconds of work) a second thread takes longer to start than it saves.</summary>
    private const int MinShared = 1 << 15;

    /// <summary>Elements between two looks at the signal: some microseconds.</summary>
    private const int Unit = 32 * Block;

    private readonly CpuKernelContext _context;
    private readonly StopSignal _stop;
    private readonly ElementProgram _program;
    private readonly BroadcastReader?[] _readers;
    private readonly AlignedBuffer[] _scratch;
    private readonly nint[] _inputs;
    private readonly int _registers;
    private readonly int _elements;
    private nint _output;
    private bool _streams;

    public ElementProgramKernel(CpuKernelContext context, ElementProgram program, Shape[] inputs, Shape output)
    {
        _context = context;
        _stop = context.Stop;
        _program = program;
        _elements = output.Elements;
        _inputs = new nint[inputs.Length];
        _readers = [.. inputs.Select(shape => shape.Elements == output.Elements ? null : new BroadcastReader(shape, output))];
        _registers = inputs.Length + program.Steps.Length;
        _scratch = new AlignedBuffer[context.Team.Parts];
        for (var i = 0; i < _scratch.Length; i++)
        {
            // The last register is the output itself, or of a large one a block on its way there.
            var registers = (long)_elements * sizeof(float) >= Streaming.MinBytes ? _registers : _registers - 1;
            _scratch[i] = new AlignedBuffer(registers * Math.Min(Block, Math.Max(_elements, 1)));
        }
    }

    public void Run(KernelCall call)
    {
        for (var i = 0; i < _inputs.Length; i++)
        {
            _inputs[i] = (nint)call.Input(i).Address;
        }

        _output = (nint)call.Output(0).Address;

        // A result that takes the place of an input is in the caches already.
        _streams = Streaming.Fits(_context.Level, (void*)_output, (long)_elements * sizeof(float)) && !_inputs.Contains(_output);
        if (_elements >= MinShared && _context.Team.Parts > 1)
        {
            _context.Team.Run(this);
        }
        else
        {
            Run(0, 1);
        }
    }

    public override void Run(int part, int parts)
    {
        var blocks = (_elements + Block - 1) / Block;
        RunRange(Start(blocks, part, parts) * Block, Math.Min(Start(blocks, part + 1, parts) * Block, _elements), _scratch[part]);
    }

    private void RunRange(int start, int end, AlignedBuffer scratch)
    {
        var width = Math.Min(Block, Math.Max(_elements, 1));
        fixed (float* memory = scratch.Floats)
        {
            var registers = stackalloc float*[_registers];
            for (var at = start; at < end; at += Block)
            {
                if ((at - start) % Unit == 0 && _stop.IsRequested)
                {
                    break;
                }

                var count = Math.Min(Block, end - at);
                for (var i = 0; i < _inputs.Length; i++)
                {
                    if (_readers[i] is { } reader)
                    {
                        registers[i] = memory + (i * width);
                        if (at == start || !reader.IsConstant)
                        {
                            reader.Read((float*)_inputs[i], at, count, registers[i]);
                        }
                    }
                    else
                    {
                        registers[i] = (float*)_inputs[i] + at;
                    }
                }

                for (var i = 0; i < _program.Steps.Length; i++)
                {
                    var to = _inputs.Length + i;
                    registers[to] = to == _registers - 1 && !_streams ? (float*)_output + at : memory + (to * width);
                    ElementStepRunner.Run(_context.Level, _program.Steps[i], registers[_program.Steps[i].A], registers[_program.Steps[i].B], registers[to], count);
                }

                if (_streams)
                {
                    Streaming.Copy(_context.Level, (byte*)registers[_registers - 1], (byte*)((float*)_output + at), count * sizeof(float));
                }
            }

            Streaming.Finish();
        }
    }
}
