using System.Runtime.CompilerServices;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Pooling of one image with channels last, a vector of channels at a time. Indices (row * Width + column of the maximum) ride through
/// the float vectors as bits. A signal is looked at after each row of windows; the rest is left out then. Stateless.
/// </summary>
internal static unsafe class PoolWindows
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max<T>(in PoolGeometry g, float* image, float* output, int* indices, StopSignal? stop)
        where T : unmanaged, ILanes<T>
    {
        for (var oy = 0; oy < g.OutputHeight && stop is not { IsRequested: true }; oy++)
        {
            for (var ox = 0; ox < g.OutputWidth; ox++, output += g.Channels, indices += indices == null ? 0 : g.Channels)
            {
                var window = new Window(g, oy, ox);
                for (var c = 0; c < g.Channels; c += T.Count)
                {
                    var count = Math.Min(T.Count, g.Channels - c);
                    var at = window.IsEmpty ? -1 : (window.Top * g.Width) + window.Left;
                    var best = at < 0 ? T.Create(float.NegativeInfinity) : Load<T>(image + ((nint)at * g.Channels) + c, count);
                    var where = T.Create(BitConverter.Int32BitsToSingle(at));
                    for (var y = window.Top; y < window.Bottom; y += g.DilationY)
                    {
                        at = (y * g.Width) + window.Left;
                        for (var x = window.Left; x < window.Right; x += g.DilationX, at += g.DilationX)
                        {
                            var value = Load<T>(image + ((nint)at * g.Channels) + c, count);
                            var greater = T.LessThan(best, value);
                            best = T.Select(greater, value, best);
                            where = T.Select(greater, T.Create(BitConverter.Int32BitsToSingle(at)), where);
                        }
                    }

                    Store(best, output + c, count);
                    if (indices != null)
                    {
                        Store(where, (float*)indices + c, count);
                    }
                }
            }
        }
    }

    /// <summary>Sends each gradient to its maximum; the image must be zeros unless the windows tile it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaxGradient<T>(in PoolGeometry g, float* gradient, int* indices, float* image, StopSignal? stop)
        where T : unmanaged, ILanes<T>
    {
        var tiles = g.Tiles;
        for (var oy = 0; oy < g.OutputHeight && stop is not { IsRequested: true }; oy++)
        {
            for (var ox = 0; ox < g.OutputWidth; ox++, gradient += g.Channels, indices += g.Channels)
            {
                var window = new Window(g, oy, ox);
                for (var c = 0; c < g.Channels; c += T.Count)
                {
                    var count = Math.Min(T.Count, g.Channels - c);
                    var value = Load<T>(gradient + c, count);
                    var where = Load<T>((float*)indices + c, count);
                    for (var y = window.Top; y < window.Bottom; y += g.DilationY)
                    {
                        var at = (y * g.Width) + window.Left;
                        for (var x = window.Left; x < window.Right; x += g.DilationX, at += g.DilationX)
                        {
                            var to = image + ((nint)at * g.Channels) + c;
                            var share = value & T.IsEqual(where, T.Create(BitConverter.Int32BitsToSingle(at)));
                            Store(tiles ? share : share + Load<T>(to, count), to, count);
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Average<T>(in PoolGeometry g, float* image, float* output, StopSignal? stop)
        where T : unmanaged, ILanes<T>
    {
        for (var oy = 0; oy < g.OutputHeight && stop is not { IsRequested: true }; oy++)
        {
            for (var ox = 0; ox < g.OutputWidth; ox++, output += g.Channels)
            {
                var window = new Window(g, oy, ox);
                for (var c = 0; c < g.Channels; c += T.Count)
                {
                    var count = Math.Min(T.Count, g.Channels - c);
                    var sum = T.Create(0f);
                    for (var y = window.Top; y < window.Bottom; y += g.DilationY)
                    {
                        for (var x = window.Left; x < window.Right; x += g.DilationX)
                        {
                            sum += Load<T>(image + ((((nint)y * g.Width) + x) * g.Channels) + c, count);
                        }
                    }

                    Store(sum / T.Create(window.Divisor), output + c, count);
                }
            }
        }
    }

    /// <summary>Adds each gradient's share to its window; the image must be zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AverageGradient<T>(in PoolGeometry g, float* gradient, float* image, StopSignal? stop)
        where T : unmanaged, ILanes<T>
    {
        for (var oy = 0; oy < g.OutputHeight && stop is not { IsRequested: true }; oy++)
        {
            for (var ox = 0; ox < g.OutputWidth; ox++, gradient += g.Channels)
            {
                var window = new Window(g, oy, ox);
                for (var c = 0; c < g.Channels; c += T.Count)
                {
                    var count = Math.Min(T.Count, g.Channels - c);
                    var share = Load<T>(gradient + c, count) / T.Create(window.Divisor);
                    for (var y = window.Top; y < window.Bottom; y += g.DilationY)
                    {
                        for (var x = window.Left; x < window.Right; x += g.DilationX)
                        {
                            var to = image + ((((nint)y * g.Width) + x) * g.Channels) + c;
                            Store(share + Load<T>(to, count), to, count);
                        }
                    }
                }
            }
        }
    }

    private static T Load<T>(float* source, int count)
        where T : unmanaged, ILanes<T> => count == T.Count ? T.Load(source) : T.LoadPartial(source, count);

    private static void Store<T>(T value, float* to, int count)
        where T : unmanaged, ILanes<T>
    {
        if (count == T.Count)
        {
            T.Store(value, to);
        }
        else
        {
            T.StorePartial(value, to, count);
        }
    }

    /// <summary>The part of a window that lies in the image.</summary>
    private readonly struct Window
    {
        public readonly int Top;
        public readonly int Left;
        public readonly int Bottom;
        public readonly int Right;
        public readonly float Divisor;

        public Window(in PoolGeometry g, int oy, int ox)
        {
            int y = (oy * g.StrideY) - g.PadTop, x = (ox * g.StrideX) - g.PadLeft;
            Top = y >= 0 ? y : y + ((-y + g.DilationY - 1) / g.DilationY * g.DilationY);
            Left = x >= 0 ? x : x + ((-x + g.DilationX - 1) / g.DilationX * g.DilationX);
            Bottom = Math.Min(g.Height, y + ((g.KernelHeight - 1) * g.DilationY) + 1);
            Right = Math.Min(g.Width, x + ((g.KernelWidth - 1) * g.DilationX) + 1);
            var rows = Count(y, Top, Bottom, g.Height + g.PadBottom, g.KernelHeight, g.DilationY, g.CountsPadding);
            Divisor = Math.Max(1, rows * Count(x, Left, Right, g.Width + g.PadRight, g.KernelWidth, g.DilationX, g.CountsPadding));
        }

        /// <summary>Dilation can step over a small image: then the maximum is minus infinity, its index -1, and the average 0.</summary>
        public bool IsEmpty => Top >= Bottom || Left >= Right;

        private static int Count(int start, int first, int end, int paddedEnd, int kernel, int dilation, bool countsPadding) => countsPadding
            ? Math.Min(kernel, (paddedEnd - start + dilation - 1) / dilation)
            : Math.Max(0, (end - first + dilation - 1) / dilation);
    }
}
