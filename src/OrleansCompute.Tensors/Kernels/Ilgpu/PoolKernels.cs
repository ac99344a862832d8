using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of poolings: forward a thread per result, gradients a thread per plane, whose sums so have one order.</summary>
internal static class PoolKernels
{
    public static void Max(Index1D i, ArrayView<float> x, ArrayView<float> y, PlaneShape p)
    {
        var plane = i / p.Map * p.Image;
        var best = Largest(x, plane, i % p.Map, p);
        y[i] = best < 0 ? float.NegativeInfinity : x[plane + best];
    }

    public static void MaxPlaces(Index1D i, ArrayView<float> x, ArrayView<long> places, PlaneShape p)
    {
        var plane = i / p.Map * p.Image;
        places[i] = plane + Largest(x, plane, i % p.Map, p);
    }

    public static void Average(Index1D i, ArrayView<float> x, ArrayView<float> y, PlaneShape p, int countsPadding)
    {
        int plane = i / p.Map * p.Image, map = i % p.Map, top = Top(map, p), left = Left(map, p);
        var sum = 0f;
        for (var ky = 0; ky < p.KernelHeight; ky++)
        {
            for (var kx = 0; kx < p.KernelWidth; kx++)
            {
                int row = top + (ky * p.DilationY), column = left + (kx * p.DilationX);
                if (row >= 0 && row < p.ImageHeight && column >= 0 && column < p.ImageWidth)
                {
                    sum += x[plane + (row * p.ImageWidth) + column];
                }
            }
        }

        y[i] = sum / Count(map, p, countsPadding);
    }

    public static void MaxGradient(Index1D i, ArrayView<float> dy, ArrayView<float> x, ArrayView<float> dx, PlaneShape p)
    {
        var plane = i * p.Image;
        Clear(dx, plane, p);
        for (var map = 0; map < p.Map; map++)
        {
            var best = Largest(x, plane, map, p);
            if (best >= 0)
            {
                dx[plane + best] += dy[(i * p.Map) + map];
            }
        }
    }

    public static void AverageGradient(Index1D i, ArrayView<float> dy, ArrayView<float> dx, PlaneShape p, int countsPadding)
    {
        var plane = i * p.Image;
        Clear(dx, plane, p);
        for (var map = 0; map < p.Map; map++)
        {
            int top = Top(map, p), left = Left(map, p);
            var share = dy[(i * p.Map) + map] / Count(map, p, countsPadding);
            for (var ky = 0; ky < p.KernelHeight; ky++)
            {
                for (var kx = 0; kx < p.KernelWidth; kx++)
                {
                    int row = top + (ky * p.DilationY), column = left + (kx * p.DilationX);
                    if (row >= 0 && row < p.ImageHeight && column >= 0 && column < p.ImageWidth)
                    {
                        dx[plane + (row * p.ImageWidth) + column] += share;
                    }
                }
            }
        }
    }

    private static void Clear(ArrayView<float> dx, int plane, PlaneShape p)
    {
        for (var k = 0; k < p.Image; k++)
        {
            dx[plane + k] = 0;
        }
    }

    private static int Top(int map, PlaneShape p) => (map / p.MapWidth * p.StrideY) - p.PadY;

    private static int Left(int map, PlaneShape p) => (map % p.MapWidth * p.StrideX) - p.PadX;

    /// <summary>The first largest place under a window, in the plane; -1 when all is padding.</summary>
    private static int Largest(ArrayView<float> x, int plane, int map, PlaneShape p)
    {
        int top = Top(map, p), left = Left(map, p), best = -1;
        for (var ky = 0; ky < p.KernelHeight; ky++)
        {
            for (var kx = 0; kx < p.KernelWidth; kx++)
            {
                int row = top + (ky * p.DilationY), column = left + (kx * p.DilationX);
                if (row >= 0 && row < p.ImageHeight && column >= 0 && column < p.ImageWidth)
                {
                    var place = (row * p.ImageWidth) + column;
                    if (best < 0 || x[plane + place] > x[plane + best] || float.IsNaN(x[plane + place]))
                    {
                        best = place;
                    }
                }
            }
        }

        return best;
    }

    /// <summary>By what a mean is divided: the elements of the window in the plane, or in the padded plane.</summary>
    private static int Count(int map, PlaneShape p, int countsPadding)
    {
        int top = Top(map, p), left = Left(map, p), rows = 0, columns = 0;
        for (var ky = 0; ky < p.KernelHeight; ky++)
        {
            var row = top + (ky * p.DilationY);
            rows += countsPadding != 0 ? (row < p.ImageHeight + p.EndY ? 1 : 0) : (row >= 0 && row < p.ImageHeight ? 1 : 0);
        }

        for (var kx = 0; kx < p.KernelWidth; kx++)
        {
            var column = left + (kx * p.DilationX);
            columns += countsPadding != 0 ? (column < p.ImageWidth + p.EndX ? 1 : 0) : (column >= 0 && column < p.ImageWidth ? 1 : 0);
        }

        return rows * columns > 0 ? rows * columns : 1;
    }
}
