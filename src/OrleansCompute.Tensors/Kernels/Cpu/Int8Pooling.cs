using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Max-pooling of 8-bit images with channels last: the maximum of quantised numbers is the quantised maximum. Stateless.</summary>
internal static unsafe class Int8Pooling
{
    /// <summary>Writes the maximum of every window.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="g">Sizes; ChannelsFirst must not be set, and dilation must leave every window an element of the image.</param>
    /// <param name="signed">Whether the bytes are signed.</param>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="input">batch * InputLength bytes.</param>
    /// <param name="output">batch * OutputLength bytes.</param>
    /// <exception cref="ShapeMismatchException">The sizes do not fit.</exception>
    public static void Max(SimdLevel level, in PoolGeometry g, bool signed, int batch, ReadOnlySpan<byte> input, Span<byte> output)
    {
        g.Validate();
        if (g.ChannelsFirst || input.Length < (long)batch * g.InputLength || output.Length < (long)batch * g.OutputLength)
        {
            throw new ShapeMismatchException(
                $"Int8 pool: {batch} images of {g.InputLength} bytes and {g.OutputLength} results, channels last, do not fit {input.Length} and {output.Length} bytes.");
        }

        // Moved by 128, signed bytes compare as unsigned ones.
        var flip = (byte)(signed ? 0x80 : 0);
        fixed (byte* from = input, to = output)
        {
            var write = to;
            for (var image = 0; image < batch; image++)
            {
                for (var oy = 0; oy < g.OutputHeight; oy++)
                {
                    for (var ox = 0; ox < g.OutputWidth; ox++, write += g.Channels)
                    {
                        Window(level, g, flip, from + ((nint)image * g.InputLength), oy, ox, write);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Window(SimdLevel level, in PoolGeometry g, byte flip, byte* image, int oy, int ox, byte* to)
    {
        int top = (oy * g.StrideY) - g.PadTop, left = (ox * g.StrideX) - g.PadLeft;
        var c = 0;
        for (; level != SimdLevel.Scalar && c <= g.Channels - 16; c += 16)
        {
            var best = Vector128<byte>.Zero;
            for (var ky = 0; ky < g.KernelHeight; ky++)
            {
                var y = top + (ky * g.DilationY);
                for (var kx = 0; kx < g.KernelWidth; kx++)
                {
                    var x = left + (kx * g.DilationX);
                    if ((uint)y < (uint)g.Height && (uint)x < (uint)g.Width)
                    {
                        best = Vector128.Max(best, Vector128.Load(image + ((((nint)y * g.Width) + x) * g.Channels) + c) ^ Vector128.Create(flip));
                    }
                }
            }

            (best ^ Vector128.Create(flip)).Store(to + c);
        }

        for (; c < g.Channels; c++)
        {
            var best = 0;
            for (var ky = 0; ky < g.KernelHeight; ky++)
            {
                var y = top + (ky * g.DilationY);
                for (var kx = 0; kx < g.KernelWidth; kx++)
                {
                    var x = left + (kx * g.DilationX);
                    if ((uint)y < (uint)g.Height && (uint)x < (uint)g.Width)
                    {
                        best = Math.Max(best, image[((((nint)y * g.Width) + x) * g.Channels) + c] ^ flip);
                    }
                }
            }

            to[c] = (byte)(best ^ flip);
        }
    }
}
