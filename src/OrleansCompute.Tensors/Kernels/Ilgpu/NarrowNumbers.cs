using ILGPU;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Numbers of 16 bits in device code, from their bits: not every device has instructions for them, and of those that do few for both kinds.
/// Rounding is to the nearest, ties to even. Stateless.
/// </summary>
internal static class NarrowNumbers
{
    /// <summary>Whether elements are float16 or bfloat16.</summary>
    public static bool IsNarrow(this ElementType type) => type is ElementType.Float16 or ElementType.BFloat16;

    /// <summary>The number of some bits; <paramref name="isBFloat"/> is 0 for float16, else they are a bfloat16.</summary>
    public static float Widen(ushort bits, int isBFloat)
    {
        var all = (uint)bits;
        if (isBFloat != 0)
        {
            return Interop.IntAsFloat(all << 16);
        }

        // The exponent is moved to its place and raised by 112, from a bias of 15 to one of 127.
        uint magnitude = (all & 0x7FFFu) << 13, exponent = magnitude & 0x0F800000u, sign = (all & 0x8000u) << 16;
        magnitude += 0x38000000u;
        if (exponent == 0x0F800000u)
        {
            magnitude += 0x38000000u;
        }
        else if (exponent == 0)
        {
            // Zero, or below the normal numbers: the leading one that they do not have is added and taken off again.
            magnitude = Interop.FloatAsInt(Interop.IntAsFloat(magnitude + 0x00800000u) - 6.103515625e-5f);
        }

        return Interop.IntAsFloat(magnitude | sign);
    }

    /// <summary>The bits of a number.</summary>
    public static ushort Narrow(float value, int isBFloat)
    {
        uint bits = Interop.FloatAsInt(value), sign = (bits >> 16) & 0x8000u;
        bits &= 0x7FFFFFFFu;
        if (isBFloat != 0)
        {
            bits = bits > 0x7F800000u ? (bits >> 16) | 0x40u : (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
            return (ushort)(bits | sign);
        }

        if (bits > 0x7F800000u)
        {
            bits = 0x7E00u;
        }
        else if (bits >= 0x47800000u)
        {
            // 65,536 and more.
            bits = 0x7C00u;
        }
        else if (bits < 0x38800000u)
        {
            // Below the normal numbers: beside one half the last bit of a float32 is worth as much as theirs, so that the sum rounds.
            bits = Interop.FloatAsInt(Interop.IntAsFloat(bits) + 0.5f) - 0x3F000000u;
        }
        else
        {
            bits = (bits - 0x38000000u + 0x0FFFu + ((bits >> 13) & 1u)) >> 13;
        }

        return (ushort)(bits | sign);
    }
}
