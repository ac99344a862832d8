using ILGPU;
using OrleansCompute.Tensors.Operators.Reductions;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of reductions over any dimensions. Sums are compensated (Kahan), so that long ones stay exact to a few units.</summary>
internal static class ReductionKernels
{
    /// <summary>Most threads of a group that reduces together.</summary>
    public const int MaxGroup = 256;

    /// <summary>A thread per result.</summary>
    public static void Reduce(Index1D i, ArrayView<float> x, ArrayView<float> y, IndexMap kept, IndexMap reduced, int count, int reduction) =>
        y[i] = Finish((Reduction)reduction, Part(x, kept.At(i), reduced, 0, 1, count, (Reduction)reduction), count);

    /// <summary>A group per result, for few long reductions: parts by thread, then a tree in shared memory.</summary>
    public static void ReduceGroup(ArrayView<float> x, ArrayView<float> y, IndexMap kept, IndexMap reduced, int count, int reduction)
    {
        var shared = SharedMemory.Allocate<float>(MaxGroup);
        int thread = Group.IdxX, result = Grid.IdxX;
        shared[thread] = Part(x, kept.At(result), reduced, thread, Group.DimX, count, (Reduction)reduction);
        Group.Barrier();
        for (var stride = Group.DimX / 2; stride > 0; stride /= 2)
        {
            if (thread < stride)
            {
                shared[thread] = Combine((Reduction)reduction, shared[thread], shared[thread + stride]);
            }

            Group.Barrier();
        }

        if (thread == 0)
        {
            y[result] = Finish((Reduction)reduction, shared[0], count);
        }
    }

    /// <summary>Repeats a value over the dimensions that were reduced, times a factor.</summary>
    public static void Expand(Index1D i, ArrayView<float> x, ArrayView<float> y, IndexMap map, float factor) => y[i] = x[map.At(i)] * factor;

    /// <summary>Whether partial results can be combined.</summary>
    public static bool IsTree(Reduction reduction) => reduction != Reduction.LogSumExp;

    private static float Part(ArrayView<float> x, int start, IndexMap reduced, int first, int step, int count, Reduction reduction)
    {
        if (reduction == Reduction.Max || reduction == Reduction.Min || reduction == Reduction.Prod)
        {
            var best = reduction == Reduction.Max ? float.NegativeInfinity : reduction == Reduction.Min ? float.PositiveInfinity : 1f;
            for (var k = first; k < count; k += step)
            {
                best = Combine(reduction, best, x[start + reduced.At(k)]);
            }

            return best;
        }

        if (reduction == Reduction.LogSumExp)
        {
            return LogSumExp(x, start, reduced, count);
        }

        float sum = 0, rest = 0;
        for (var k = first; k < count; k += step)
        {
            var value = x[start + reduced.At(k)];
            value = reduction == Reduction.L1 ? System.MathF.Abs(value)
                : reduction == Reduction.L2 || reduction == Reduction.SumSquare ? value * value
                : value;
            var corrected = value - rest;
            var next = sum + corrected;

            // Where the sum is infinite there is no error to carry: infinity minus itself would be NaN.
            rest = next - next == 0 ? next - sum - corrected : 0;
            sum = next;
        }

        return sum;
    }

    private static float LogSumExp(ArrayView<float> x, int start, IndexMap reduced, int count)
    {
        var most = float.NegativeInfinity;
        for (var k = 0; k < count; k++)
        {
            most = DeviceMath.Max(most, x[start + reduced.At(k)]);
        }

        if (most - most != 0)
        {
            return most;
        }

        var sum = 0f;
        for (var k = 0; k < count; k++)
        {
            sum += DeviceMath.Exp(x[start + reduced.At(k)] - most);
        }

        return most + DeviceMath.Log(sum);
    }

    private static float Combine(Reduction reduction, float a, float b) =>
        reduction == Reduction.Max ? DeviceMath.Max(a, b)
        : reduction == Reduction.Min ? DeviceMath.Min(a, b)
        : reduction == Reduction.Prod ? a * b
        : a + b;

    private static float Finish(Reduction reduction, float value, int count) =>
        reduction == Reduction.Mean ? value / count
        : reduction == Reduction.L2 ? System.MathF.Sqrt(value)
        : reduction == Reduction.LogSum ? DeviceMath.Log(value)
        : value;
}
