using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Runs a float32 kernel on tensors stored in 16 bits (float16, bfloat16): they are widened on their way in and rounded to nearest even on
/// their way out, as PyTorch does on processors without such arithmetic. Constants are widened once. Keeps its memory; not thread-safe.
/// </summary>
internal sealed class PromotedKernel : IKernel
{
    private readonly CpuKernelContext _context;
    private readonly IKernel _kernel;
    private readonly Tensor?[] _inputs;
    private readonly bool[] _isConstant;
    private readonly Tensor?[] _outputs;
    private readonly ElementType[] _outputTypes;
    private KernelCall? _call;
    private KernelCall? _inner;

    private PromotedKernel(CpuKernelContext context, IKernel kernel, KernelRequest request, Tensor?[] constants)
    {
        _context = context;
        _kernel = kernel;
        _isConstant = [.. request.Inputs.Select((type, i) => IsNarrow(type) && request.Constants[i] is not null)];
        _inputs = [.. request.Inputs.Select((type, i) => !IsNarrow(type) ? null : constants[i] ?? Tensor.Zeros(Widened(type!)))];
        _outputTypes = [.. request.Outputs.Select(type => type.ElementType)];
        _outputs = [.. request.Outputs.Select(type => IsNarrow(type) && type.IsStatic ? Tensor.Zeros(Widened(type)) : null)];
    }

    /// <summary>Null when nothing is stored in 16 bits, or there is no kernel for float32 either.</summary>
    public static PromotedKernel? Create(CpuKernelLibrary library, CpuKernelContext context, KernelRequest request)
    {
        if (!request.Inputs.Any(IsNarrow) && !request.Outputs.Any(IsNarrow))
        {
            return null;
        }

        // The rest of the types must not depend on those of the inputs: kernels see float32 throughout.
        Tensor?[] constants = [.. request.Constants.Select(constant => constant is not null && IsNarrow(constant.Type) ? Widen(context, constant) : constant)];
        var widened = request with
        {
            Inputs = [.. request.Inputs.Select(type => IsNarrow(type) ? Widened(type!) : type)],
            Outputs = [.. request.Outputs.Select(type => IsNarrow(type) ? Widened(type) : type)],
            Constants = constants,
        };
        return library.CreateDirect(widened) is { } kernel ? new PromotedKernel(context, kernel, request, constants) : null;
    }

    public void Run(KernelCall call)
    {
        if (!ReferenceEquals(call, _call))
        {
            Bind(call);
        }

        for (var i = 0; i < _inputs.Length; i++)
        {
            if (_inputs[i] is { } own && !_isConstant[i])
            {
                var given = call.Input(i);
                Conversions.Convert(_context.Level, given.ElementType, given.AsBytes(), ElementType.Float32, own.AsBytes());
            }
        }

        _kernel.Run(_inner!);
        for (var i = 0; i < _outputTypes.Length; i++)
        {
            if (!_inner!.HasOutput(i))
            {
                continue;
            }

            var result = _inner.Output(i);
            if (IsNarrow(_outputTypes[i]))
            {
                var to = call.HasOutput(i) && call.Output(i).Shape.Equals(result.Shape)
                    ? call.Output(i)
                    : call.AllocateOutput(i, result.Type with { ElementType = _outputTypes[i] });
                Conversions.Convert(_context.Level, ElementType.Float32, result.AsBytes(), to.ElementType, to.AsBytes());
            }
            else if (!call.HasOutput(i))
            {
                call.SetOutput(i, result.Share());
            }
        }
    }

    /// <summary>Apart from the run, because it makes closures.</summary>
    private void Bind(KernelCall call)
    {
        _call = call;
        _inner = new KernelCall(
            call.Operator,
            [.. Enumerable.Range(0, call.InputCount).Select(i => _inputs[i] is { } own ? own : call.OptionalInput(i))],
            [.. Enumerable.Range(0, call.OutputCount).Select(i => _outputs[i] ?? (call.HasOutput(i) && !IsNarrow(_outputTypes[i]) ? call.Output(i) : null))],
            call.Allocator,
            call.Scope);
    }

    private static bool IsNarrow(TensorType? type) => type is not null && IsNarrow(type.ElementType);

    private static bool IsNarrow(ElementType type) => type is ElementType.Float16 or ElementType.BFloat16;

    private static TensorType Widened(TensorType type) => type with { ElementType = ElementType.Float32 };

    private static Tensor Widen(CpuKernelContext context, Tensor constant)
    {
        using var dense = constant.Contiguous();
        var wide = Tensor.Zeros(Widened(constant.Type));
        Conversions.Convert(context.Level, dense.ElementType, dense.AsBytes(), ElementType.Float32, wide.AsBytes());
        return wide;
    }
}
