using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Copies of images between the orders of their channels, and into borders of zeros. Stateless.</summary>
internal static unsafe class ConvLayout
{
    /// <summary>Turns [channels][pixels], with any distance between channels, into [pixels][channels].</summary>
    public static void ToChannelsLast(SimdLevel level, float* source, nint channelDistance, int pixels, int channels, float* to)
    {
        if (channels == 1)
        {
            new ReadOnlySpan<float>(source, pixels).CopyTo(new Span<float>(to, pixels));
        }
        else
        {
            Turn(level, source, channelDistance, channels, pixels, to, channels);
        }
    }

    /// <summary>Turns [pixels][channels] into [channels][pixels], with any distance between channels.</summary>
    public static void ToChannelsFirst(SimdLevel level, float* source, int pixels, int channels, float* to, int channelDistance)
    {
        if (channels == 1)
        {
            new ReadOnlySpan<float>(source, pixels).CopyTo(new Span<float>(to, pixels));
        }
        else
        {
            Turn(level, source, channels, pixels, channels, to, channelDistance);
        }
    }

    /// <summary>Copies an image with channels last or first into the middle of a border, channels last; the border is not touched.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="channelsFirst">Order of the source.</param>
    /// <param name="source">The image.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="to">Where the first pixel goes.</param>
    /// <param name="toWidth">Columns with the border.</param>
    public static void Embed(
        SimdLevel level, bool channelsFirst, float* source, int height, int width, int channels, float* to, int toWidth)
    {
        for (var y = 0; y < height; y++, to += (nint)toWidth * channels)
        {
            if (channelsFirst)
            {
                ToChannelsLast(level, source + ((nint)y * width), (nint)height * width, width, channels, to);
            }
            else
            {
                var row = width * channels;
                new ReadOnlySpan<float>(source + ((nint)y * row), row).CopyTo(new Span<float>(to, row));
            }
        }
    }

    /// <summary>to[k * width + r] = source[r * distance + k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(SimdLevel level, float* source, nint distance, int rows, int steps, float* to, int width)
    {
        if (rows >= 16)
        {
            GemmPacker.Pack(level, GemmStorage.Float32, false, source, distance, steps, rows, width, to);
            return;
        }

        // Packing stores whole vectors, which would run over the end of fewer rows.
        for (var r = 0; r < rows; r++, source += distance)
        {
            var write = to + r;
            for (var k = 0; k < steps; k++, write += width)
            {
                *write = source[k];
            }
        }
    }
}
