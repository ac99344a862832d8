using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>What is constant in a QLinearConv, in the form that the 8-bit kernels take.</summary>
/// <param name="Weights">int8, [filters, …].</param>
/// <param name="InputZero">Zero point of the input.</param>
/// <param name="IsSigned">Whether the input's bytes are signed.</param>
/// <param name="Scales">Factor of the sums per filter: input scale times filter scale by output scale.</param>
/// <param name="Bias">One number per filter, or none.</param>
/// <param name="Output">What is written.</param>
internal sealed record QuantisedLayer(Tensor Weights, int InputZero, bool IsSigned, float[] Scales, int[] Bias, Int8Output Output)
{
    /// <summary>Null when the kernels do not cover it: weights that are not constant, not signed, or with a zero point.</summary>
    public static QuantisedLayer? Of(KernelRequest request)
    {
        var constants = request.Constants;
        if (constants[1] is not { Shape.Elements: 1 } inputScale || constants[3] is not { ElementType: ElementType.Int8 } weights
            || constants[4] is not { } filterScales || constants[6] is not { Shape.Elements: 1 } outputScale
            || Zero(request, 2) is not { } inputZero || Zero(request, 7) is not { } outputZero || !IsZero(request, 5)
            || (request.Inputs.Count > 8 && request.Inputs[8] is not null && constants[8] is null))
        {
            return null;
        }

        var factor = inputScale.ToDoubles()[0] / outputScale.ToDoubles()[0];
        var scales = Array.ConvertAll(filterScales.ToDoubles(), scale => (float)(scale * factor));
        int[] bias = request.Inputs.Count > 8 && constants[8] is { } given ? given.AsSpan<int>().ToArray() : [];
        var kind = request.Outputs[0].ElementType == ElementType.Int8 ? Int8OutputKind.Int8 : Int8OutputKind.UInt8;
        return new QuantisedLayer(weights, inputZero, request.Inputs[0]!.ElementType == ElementType.Int8, scales, bias, new Int8Output(kind, outputZero));
    }

    /// <summary>A constant zero point of one number; 0 when it is left out; null when it is not known.</summary>
    public static int? Zero(KernelRequest request, int index) =>
        index >= request.Inputs.Count || request.Inputs[index] is null ? 0
        : request.Constants[index] is { Shape.Elements: 1 } zero ? (int)zero.ToDoubles()[0]
        : null;

    /// <summary>Whether a zero point is left out, or all zeros.</summary>
    public static bool IsZero(KernelRequest request, int index) =>
        index >= request.Inputs.Count || request.Inputs[index] is null || (request.Constants[index] is { } zero && Array.TrueForAll(zero.ToDoubles(), value => value == 0));
}
