using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of operators on rows, such as softmax: a thread per row, whose elements lie <c>inner</c> apart.</summary>
internal static class RowKernels
{
    public static void Softmax(Index1D i, ArrayView<float> x, ArrayView<float> y, int length, int inner, int isLog)
    {
        var start = (i / inner * length * inner) + (i % inner);
        var most = float.NegativeInfinity;
        for (var k = 0; k < length; k++)
        {
            most = DeviceMath.Max(most, x[start + (k * inner)]);
        }

        var sum = 0f;
        for (var k = 0; k < length; k++)
        {
            var e = DeviceMath.Exp(x[start + (k * inner)] - most);
            y[start + (k * inner)] = e;
            sum += e;
        }

        var log = DeviceMath.Log(sum);
        for (var k = 0; k < length; k++)
        {
            var at = start + (k * inner);
            y[at] = isLog != 0 ? x[at] - most - log : y[at] / sum;
        }
    }

    /// <summary>From the result y and its gradient: y (dy - sum of y dy), or for the logarithm dy - exp(y) times the sum of dy.</summary>
    public static void SoftmaxGradient(Index1D i, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int length, int inner, int isLog)
    {
        var start = (i / inner * length * inner) + (i % inner);
        var sum = 0f;
        for (var k = 0; k < length; k++)
        {
            var at = start + (k * inner);
            sum += isLog != 0 ? dy[at] : dy[at] * y[at];
        }

        for (var k = 0; k < length; k++)
        {
            var at = start + (k * inner);
            dx[at] = isLog != 0 ? dy[at] - (DeviceMath.Exp(y[at]) * sum) : y[at] * (dy[at] - sum);
        }
    }
}
