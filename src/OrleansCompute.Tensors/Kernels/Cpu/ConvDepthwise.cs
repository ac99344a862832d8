using System.Runtime.CompilerServices;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// One filter per channel: vectors of channels, four positions at a time so that each weight is loaded once for four multiply-adds.
/// A product would use one column of a tile. Stateless.
/// </summary>
internal static unsafe class ConvDepthwise
{
    /// <summary>Computes result positions [first, end) of a pass.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="pass">Where sources and results are.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="source">Image with its border, channels last.</param>
    /// <param name="weights">[tap][channel], in the order of the pass.</param>
    /// <param name="bias">One per channel, or null.</param>
    /// <param name="result">Results, channels last.</param>
    /// <param name="relu">Whether negative results become zero.</param>
    /// <param name="first">First position.</param>
    /// <param name="end">Position after the last.</param>
    public static void Run(
        SimdLevel level, ConvPass pass, int channels, float* source, float* weights, float* bias, float* result, bool relu, int first, int end)
    {
        fixed (nint* positions = pass.Positions, runs = pass.Runs, targets = pass.Targets)
        {
            var call = new Call
            {
                Positions = positions, Taps = runs, TapCount = pass.Taps.Length, Targets = targets, Channels = channels,
                Source = source, Weights = weights, Bias = bias, Result = result, Relu = relu,
            };
            switch (level)
            {
                case SimdLevel.Vector512: Positions<Lanes512>(call, first, end); break;
                case SimdLevel.Vector256: Positions<Lanes256>(call, first, end); break;
                default: Positions<Lanes1>(call, first, end); break;
            }
        }
    }

    /// <summary>Adds the weight gradient of one image: sums[tap][channel] += source * gradient over all positions.</summary>
    public static void WeightGradient(
        SimdLevel level, ConvPass pass, int channels, float* source, float* gradient, float* sums)
    {
        fixed (nint* positions = pass.Positions)
        {
            for (var tap = 0; tap < pass.Taps.Length; tap++, sums += channels)
            {
                var from = source + pass.Runs[tap];
                switch (level)
                {
                    case SimdLevel.Vector512: Tap<Lanes512>(positions, pass.Count, channels, from, gradient, sums); break;
                    case SimdLevel.Vector256: Tap<Lanes256>(positions, pass.Count, channels, from, gradient, sums); break;
                    default: Tap<Lanes1>(positions, pass.Count, channels, from, gradient, sums); break;
                }
            }
        }
    }

    private static void Positions<T>(in Call call, int first, int end)
        where T : unmanaged, ILanes<T>
    {
        for (var c = 0; c < call.Channels; c += T.Count)
        {
            var rest = Math.Min(T.Count, call.Channels - c);
            for (var p = first; p < end; p += 4)
            {
                Four<T>(call, p, Math.Min(4, end - p), c, rest);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<T>(in Call call, int position, int count, int c, int rest)
        where T : unmanaged, ILanes<T>
    {
        var bias = call.Bias == null ? T.Create(0f) : Load<T>(call.Bias + c, rest);
        T s0 = bias, s1 = bias, s2 = bias, s3 = bias;
        var source = call.Source + c;
        var weights = call.Weights + c;
        var positions = call.Positions + position;
        nint p0 = positions[0], p1 = positions[Math.Min(1, count - 1)], p2 = positions[Math.Min(2, count - 1)], p3 = positions[count - 1];
        if (rest == T.Count)
        {
            for (var tap = 0; tap < call.TapCount; tap++, weights += call.Channels)
            {
                var w = T.Load(weights);
                var from = source + call.Taps[tap];
                s0 = T.MultiplyAdd(T.Load(from + p0), w, s0);
                s1 = T.MultiplyAdd(T.Load(from + p1), w, s1);
                s2 = T.MultiplyAdd(T.Load(from + p2), w, s2);
                s3 = T.MultiplyAdd(T.Load(from + p3), w, s3);
            }
        }
        else
        {
            for (var tap = 0; tap < call.TapCount; tap++, weights += call.Channels)
            {
                var w = T.LoadPartial(weights, rest);
                var from = source + call.Taps[tap];
                s0 = T.MultiplyAdd(T.LoadPartial(from + p0, rest), w, s0);
                s1 = T.MultiplyAdd(T.LoadPartial(from + p1, rest), w, s1);
                s2 = T.MultiplyAdd(T.LoadPartial(from + p2, rest), w, s2);
                s3 = T.MultiplyAdd(T.LoadPartial(from + p3, rest), w, s3);
            }
        }

        // The last positions first: those that repeat an earlier one hold the same sums.
        Put(call, position + count - 1, c, rest, s3);
        Put(call, position + Math.Min(2, count - 1), c, rest, s2);
        Put(call, position + Math.Min(1, count - 1), c, rest, s1);
        Put(call, position, c, rest, s0);
    }

    private static void Put<T>(in Call call, int position, int c, int rest, T sum)
        where T : unmanaged, ILanes<T>
    {
        var to = call.Result + (call.Targets == null ? (nint)position * call.Channels : call.Targets[position]) + c;
        sum = call.Relu ? T.Max(sum, T.Create(0f)) : sum;
        if (rest == T.Count)
        {
            T.Store(sum, to);
        }
        else
        {
            T.StorePartial(sum, to, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tap<T>(nint* positions, int count, int channels, float* source, float* gradient, float* sums)
        where T : unmanaged, ILanes<T>
    {
        for (var c = 0; c < channels; c += T.Count)
        {
            var rest = Math.Min(T.Count, channels - c);
            var sum = Load<T>(sums + c, rest);
            var odd = T.Create(0f);
            var dy = gradient + c;
            var p = 0;
            for (; rest == T.Count && p < count - 1; p += 2, dy += 2 * channels)
            {
                sum = T.MultiplyAdd(T.Load(source + positions[p] + c), T.Load(dy), sum);
                odd = T.MultiplyAdd(T.Load(source + positions[p + 1] + c), T.Load(dy + channels), odd);
            }

            for (; p < count; p++, dy += channels)
            {
                sum = T.MultiplyAdd(Load<T>(source + positions[p] + c, rest), Load<T>(dy, rest), sum);
            }

            sum += odd;
            if (rest == T.Count)
            {
                T.Store(sum, sums + c);
            }
            else
            {
                T.StorePartial(sum, sums + c, rest);
            }
        }
    }

    private static T Load<T>(float* source, int rest)
        where T : unmanaged, ILanes<T> => rest == T.Count ? T.Load(source) : T.LoadPartial(source, rest);

    private struct Call
    {
        public nint* Positions;
        public nint* Taps;
        public int TapCount;
        public nint* Targets;
        public int Channels;
        public float* Source;
        public float* Weights;
        public float* Bias;
        public float* Result;
        public bool Relu;
    }
}
