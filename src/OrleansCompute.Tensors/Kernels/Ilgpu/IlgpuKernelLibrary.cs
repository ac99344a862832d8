using System.Collections.Frozen;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// The kernels of ILGPU devices: the core set on float32, products and convolutions of 16-bit numbers and of bytes, and movement of all types.
/// What has none here is computed on the host. Thread-safe.
/// </summary>
internal sealed class IlgpuKernelLibrary(IlgpuContext context) : IKernelLibrary
{
    private static readonly FrozenDictionary<Type, Func<IlgpuContext, KernelRequest, Action<KernelCall>?>> Factories = new[]
    {
        ElementLaunches.Table,
        MatrixLaunches.Table,
        ByteLaunches.Table,
        MoveLaunches.Table,
        ReductionLaunches.Table,
        RowLaunches.Table,
        ConvolutionLaunches.Table,
        PoolLaunches.Table,
        NormalisationLaunches.Table,
        LossLaunches.Table,
        OptimiserLaunches.Table,
    }.SelectMany(table => table).ToFrozenDictionary();

    public string Name => "ilgpu";

    public IKernel? Create(KernelRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Outputs.Any(output => !output.IsStatic))
        {
            return null;
        }

        var launch = Factories.TryGetValue(request.Operator.GetType(), out var factory) ? factory(context, request) : null;
        launch ??= ElementLaunches.TryCreateSingle(context, request);
        return launch is null ? null : new IlgpuKernel(request.Outputs.All(output => output.Shape.Elements == 0) ? _ => { } : launch);
    }

    /// <summary>Whether the first inputs are float32, the others left out or what they like.</summary>
    public static bool AreReal(KernelRequest request, int inputs)
    {
        for (var i = 0; i < inputs; i++)
        {
            if (i < request.Inputs.Count && request.Inputs[i] is { } type && type.ElementType != ElementType.Float32)
            {
                return false;
            }
        }

        return request.Outputs[0].ElementType == ElementType.Float32;
    }
}
