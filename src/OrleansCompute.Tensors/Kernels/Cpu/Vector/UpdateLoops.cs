using System.Runtime.CompilerServices;
using static OrleansCompute.Tensors.Kernels.Cpu.Vector.RowPrimitives;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The optimiser steps of ONNX for one width: what is read and what is written may be the same memory. Stateless.</summary>
internal static unsafe class UpdateLoops<T>
    where T : unmanaged, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adam(in UpdateRule rule, float* x, float* g, float* v, float* h, float* newX, float* newV, float* newH, int length)
    {
        var (alpha, rest1, beta, rest2) = (T.Create(rule.Alpha), T.Create(1 - rule.Alpha), T.Create(rule.Beta), T.Create(1 - rule.Beta));
        var (rate, epsilon, norm, kept) = (T.Create(-rule.Rate), T.Create(rule.Epsilon), T.Create(rule.Norm), T.Create(rule.Kept));
        for (var i = 0; i < length; i += T.Count)
        {
            var count = length - i;
            var parameter = LoadUpTo<T>(x + i, count);
            var slope = T.MultiplyAdd(parameter, norm, LoadUpTo<T>(g + i, count));
            var mean = T.MultiplyAdd(LoadUpTo<T>(v + i, count), alpha, slope * rest1);
            var square = T.MultiplyAdd(LoadUpTo<T>(h + i, count), beta, slope * slope * rest2);
            StoreUpTo(mean, newV + i, count);
            StoreUpTo(square, newH + i, count);
            StoreUpTo((parameter + (mean * rate / (T.Sqrt(square) + epsilon))) * kept, newX + i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Momentum(in UpdateRule rule, float* x, float* g, float* v, float* newX, float* newV, int length)
    {
        var (alpha, beta, rate, norm) = (T.Create(rule.Alpha), T.Create(rule.Beta), T.Create(-rule.Rate), T.Create(rule.Norm));
        for (var i = 0; i < length; i += T.Count)
        {
            var count = length - i;
            var parameter = LoadUpTo<T>(x + i, count);
            var slope = T.MultiplyAdd(parameter, norm, LoadUpTo<T>(g + i, count));
            var momentum = T.MultiplyAdd(LoadUpTo<T>(v + i, count), alpha, slope * beta);
            StoreUpTo(momentum, newV + i, count);
            StoreUpTo(T.MultiplyAdd(rule.IsNesterov ? T.MultiplyAdd(momentum, alpha, slope) : momentum, rate, parameter), newX + i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adagrad(in UpdateRule rule, float* x, float* g, float* h, float* newX, float* newH, int length)
    {
        var (rate, epsilon, norm) = (T.Create(-rule.Rate), T.Create(rule.Epsilon), T.Create(rule.Norm));
        for (var i = 0; i < length; i += T.Count)
        {
            var count = length - i;
            var parameter = LoadUpTo<T>(x + i, count);
            var slope = T.MultiplyAdd(parameter, norm, LoadUpTo<T>(g + i, count));
            var square = T.MultiplyAdd(slope, slope, LoadUpTo<T>(h + i, count));
            StoreUpTo(square, newH + i, count);
            StoreUpTo(parameter + (slope * rate / (T.Sqrt(square) + epsilon)), newX + i, count);
        }
    }
}
