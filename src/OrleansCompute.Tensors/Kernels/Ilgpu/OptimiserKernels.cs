using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Device code of optimiser steps: a thread per element. The rate and the number of steps are read on the device, so that a training loop
/// never waits for it.
/// </summary>
internal static class OptimiserKernels
{
    public static void Adam(
        Index1D i, ArrayView<float> rate, ArrayView<long> steps, ArrayView<float> x, ArrayView<float> g, ArrayView<float> v, ArrayView<float> h,
        ArrayView<float> newX, ArrayView<float> newV, ArrayView<float> newH, UpdateShape rule)
    {
        var taken = steps[0];
        var adjusted = rate[0];
        if (taken > 0)
        {
            adjusted *= MathF.Sqrt(1 - Power(rule.Beta, taken)) / (1 - Power(rule.Alpha, taken));
        }

        var slope = g[i] + (rule.Norm * x[i]);
        var mean = (rule.Alpha * v[i]) + ((1 - rule.Alpha) * slope);
        var square = (rule.Beta * h[i]) + ((1 - rule.Beta) * slope * slope);
        newX[i] = rule.Kept * (x[i] - (adjusted * mean / (MathF.Sqrt(square) + rule.Epsilon)));
        newV[i] = mean;
        newH[i] = square;
    }

    public static void Momentum(
        Index1D i, ArrayView<float> rate, ArrayView<long> steps, ArrayView<float> x, ArrayView<float> g, ArrayView<float> v,
        ArrayView<float> newX, ArrayView<float> newV, UpdateShape rule, int isNesterov)
    {
        var slope = g[i] + (rule.Norm * x[i]);
        var momentum = (rule.Alpha * v[i]) + ((steps[0] > 0 ? rule.Beta : 1) * slope);
        newX[i] = x[i] - (rate[0] * (isNesterov != 0 ? slope + (rule.Alpha * momentum) : momentum));
        newV[i] = momentum;
    }

    public static void Adagrad(
        Index1D i, ArrayView<float> rate, ArrayView<long> steps, ArrayView<float> x, ArrayView<float> g, ArrayView<float> h,
        ArrayView<float> newX, ArrayView<float> newH, UpdateShape rule)
    {
        var slope = g[i] + (rule.Norm * x[i]);
        var square = h[i] + (slope * slope);
        newX[i] = x[i] - (rate[0] / (1 + (steps[0] * rule.Alpha)) * slope / (MathF.Sqrt(square) + rule.Epsilon));
        newH[i] = square;
    }

    // By squaring: devices have no power of a float by a whole number, and 1 - 0.999^t must not lose its digits to a logarithm.
    private static float Power(float value, long exponent)
    {
        var result = 1f;
        while (exponent > 0)
        {
            if ((exponent & 1) != 0)
            {
                result *= value;
            }

            value *= value;
            exponent >>= 1;
        }

        return result;
    }
}
