using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Max-pooling with channels last: 8 channels per vector. Stateless.</summary>
internal static unsafe class Pooling
{
    public static void Forward(
        SimdLevel level, MaxPool2dGeometry g, int batch, ReadOnlySpan<float> input, Span<float> output, Span<int> choices)
    {
        fixed (float* x = input, y = output)
        fixed (int* chosen = choices)
        {
            var to = y;
            var choice = chosen;
            for (var image = 0; image < batch; image++)
            {
                for (var pixel = 0; pixel < g.OutputHeight * g.OutputWidth; pixel++)
                {
                    var window = x + ((nint)image * g.InputLength)
                        + ((((pixel / g.OutputWidth) * g.Width) + (pixel % g.OutputWidth)) * g.Stride * g.Channels);
                    Window(level, g, window, to, choice);
                    to += g.Channels;
                    choice += chosen == null ? 0 : g.Channels;
                }
            }
        }
    }

    public static void Gradient(
        SimdLevel level, MaxPool2dGeometry g, int batch, ReadOnlySpan<int> choices, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        // Windows that tile the image write every position once; otherwise positions are uncovered, or covered several times.
        var tiles = g.Stride == g.Size && g.Height % g.Size == 0 && g.Width % g.Size == 0;
        if (!tiles)
        {
            inputGradient[..(batch * g.InputLength)].Clear();
        }

        fixed (float* dy = outputGradient, dx = inputGradient)
        fixed (int* chosen = choices)
        {
            var from = dy;
            var choice = chosen;
            for (var image = 0; image < batch; image++)
            {
                for (var pixel = 0; pixel < g.OutputHeight * g.OutputWidth; pixel++, from += g.Channels, choice += g.Channels)
                {
                    var window = dx + ((nint)image * g.InputLength)
                        + ((((pixel / g.OutputWidth) * g.Width) + (pixel % g.OutputWidth)) * g.Stride * g.Channels);
                    if (tiles)
                    {
                        Spread(level, g, choice, from, window);
                    }
                    else
                    {
                        for (var c = 0; c < g.Channels; c++)
                        {
                            window[Offset(g, choice[c]) + c] += from[c];
                        }
                    }
                }
            }
        }
    }

    private static int Offset(in MaxPool2dGeometry g, int position) =>
        (((position / g.Size) * g.Width) + (position % g.Size)) * g.Channels;

    private static void Window(SimdLevel level, in MaxPool2dGeometry g, float* window, float* output, int* choice)
    {
        var c = 0;
        for (; level != SimdLevel.Scalar && c <= g.Channels - 8; c += 8)
        {
            var best = Vector256.Load(window + c);
            var where = Vector256<int>.Zero;
            var position = 0;
            for (var row = 0; row < g.Size; row++)
            {
                var at = window + (row * g.Width * g.Channels) + c;
                for (var column = 0; column < g.Size; column++, at += g.Channels, position++)
                {
                    var value = Vector256.Load(at);
                    var greater = Vector256.GreaterThan(value, best);
                    best = Vector256.ConditionalSelect(greater, value, best);
                    where = Vector256.ConditionalSelect(greater.AsInt32(), Vector256.Create(position), where);
                }
            }

            best.Store(output + c);
            if (choice != null)
            {
                where.Store(choice + c);
            }
        }

        for (; c < g.Channels; c++)
        {
            var best = window[c];
            var where = 0;
            for (var position = 1; position < g.Size * g.Size; position++)
            {
                var value = window[Offset(g, position) + c];
                if (value > best)
                {
                    best = value;
                    where = position;
                }
            }

            output[c] = best;
            if (choice != null)
            {
                choice[c] = where;
            }
        }
    }

    private static void Spread(SimdLevel level, in MaxPool2dGeometry g, int* choice, float* gradient, float* window)
    {
        var position = 0;
        for (var row = 0; row < g.Size; row++)
        {
            var to = window + (row * g.Width * g.Channels);
            for (var column = 0; column < g.Size; column++, to += g.Channels, position++)
            {
                var c = 0;
                for (; level != SimdLevel.Scalar && c <= g.Channels - 8; c += 8)
                {
                    var here = Vector256.Equals(Vector256.Load(choice + c), Vector256.Create(position)).AsSingle();
                    (Vector256.Load(gradient + c) & here).Store(to + c);
                }

                for (; c < g.Channels; c++)
                {
                    to[c] = choice[c] == position ? gradient[c] : 0f;
                }
            }
        }
    }
}
