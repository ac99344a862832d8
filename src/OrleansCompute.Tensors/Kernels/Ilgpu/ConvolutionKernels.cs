using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of convolutions: a thread per result, each sum in one order, so that results are the same in every run.</summary>
internal static class ConvolutionKernels
{
    /// <summary>Image to map: a convolution.</summary>
    public static void ToMap(Index1D index, ArrayView<float> image, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> map, ConvolutionShape s, int hasBias)
    {
        var p = s.Plane;
        var i = s.First + index;
        int x = i % p.MapWidth, y = i / p.MapWidth % p.MapHeight, plane = i / p.Map, filter = plane % (s.Groups * s.Filters), batch = plane / (s.Groups * s.Filters);
        int firstImage = ((batch * s.Groups) + (filter / s.Filters)) * s.Channels * p.Image, firstWeight = filter * s.Channels * p.Kernel;
        int top = (y * p.StrideY) - p.PadY, left = (x * p.StrideX) - p.PadX;
        var sum = hasBias != 0 ? bias[filter] : 0;
        for (var channel = 0; channel < s.Channels; channel++)
        {
            for (var ky = 0; ky < p.KernelHeight; ky++)
            {
                var row = top + (ky * p.DilationY);
                if (row < 0 || row >= p.ImageHeight)
                {
                    continue;
                }

                int from = firstImage + (channel * p.Image) + (row * p.ImageWidth), weight = firstWeight + (channel * p.Kernel) + (ky * p.KernelWidth);
                for (var kx = 0; kx < p.KernelWidth; kx++)
                {
                    var column = left + (kx * p.DilationX);
                    if (column >= 0 && column < p.ImageWidth)
                    {
                        sum += image[from + column] * weights[weight + kx];
                    }
                }
            }
        }

        map[i] = sum;
    }

    /// <summary>Map to image: the gradient of a convolution's input, and the transposed convolution.</summary>
    public static void ToImage(Index1D index, ArrayView<float> map, ArrayView<float> weights, ArrayView<float> bias, ArrayView<float> image, ConvolutionShape s, int hasBias)
    {
        var p = s.Plane;
        var i = s.First + index;
        int x = i % p.ImageWidth, y = i / p.ImageWidth % p.ImageHeight, plane = i / p.Image, channel = plane % (s.Groups * s.Channels), batch = plane / (s.Groups * s.Channels);
        int group = channel / s.Channels, inGroup = channel % s.Channels;
        var sum = hasBias != 0 ? bias[channel] : 0;
        for (var ky = 0; ky < p.KernelHeight; ky++)
        {
            var down = y + p.PadY - (ky * p.DilationY);
            if (down < 0 || down % p.StrideY != 0 || down / p.StrideY >= p.MapHeight)
            {
                continue;
            }

            for (var kx = 0; kx < p.KernelWidth; kx++)
            {
                var across = x + p.PadX - (kx * p.DilationX);
                if (across < 0 || across % p.StrideX != 0 || across / p.StrideX >= p.MapWidth)
                {
                    continue;
                }

                var at = (down / p.StrideY * p.MapWidth) + (across / p.StrideX);
                for (var f = 0; f < s.Filters; f++)
                {
                    var filter = (group * s.Filters) + f;
                    sum += map[(((batch * s.Groups * s.Filters) + filter) * p.Map) + at]
                        * weights[(((filter * s.Channels) + inGroup) * p.Kernel) + (ky * p.KernelWidth) + kx];
                }
            }
        }

        image[i] = sum;
    }

    /// <summary>Image and map to weights: the gradient of a convolution's weights.</summary>
    public static void ToWeights(Index1D index, ArrayView<float> image, ArrayView<float> map, ArrayView<float> weights, ConvolutionShape s)
    {
        var p = s.Plane;
        var i = s.First + index;
        int kx = i % p.KernelWidth, ky = i / p.KernelWidth % p.KernelHeight, channel = i / p.Kernel % s.Channels, filter = i / p.Kernel / s.Channels;
        int group = filter / s.Filters, top = (ky * p.DilationY) - p.PadY, left = (kx * p.DilationX) - p.PadX;
        var sum = 0f;
        for (var batch = 0; batch < s.Batch; batch++)
        {
            int from = ((((batch * s.Groups) + group) * s.Channels) + channel) * p.Image, at = ((batch * s.Groups * s.Filters) + filter) * p.Map;

            // A sum per image, so that a large batch loses no more digits than a small one.
            var part = 0f;
            for (var y = 0; y < p.MapHeight; y++)
            {
                var row = top + (y * p.StrideY);
                if (row < 0 || row >= p.ImageHeight)
                {
                    continue;
                }

                for (var x = 0; x < p.MapWidth; x++)
                {
                    var column = left + (x * p.StrideX);
                    if (column >= 0 && column < p.ImageWidth)
                    {
                        part += image[from + (row * p.ImageWidth) + column] * map[at + (y * p.MapWidth) + x];
                    }
                }
            }

            sum += part;
        }

        weights[i] = sum;
    }
}
