using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The passes of <see cref="FourierPlan"/>. Stateless, allocation-free.</summary>
internal static unsafe class FourierLoops
{
    /// <summary>Runs a pass.</summary>
    public static void Pass<T>(in FourierCall call)
        where T : unmanaged, ILanes<T>
    {
        switch (call.Radix)
        {
            case 2: Pass2<T>(call); break;
            case 4: Pass4<T>(call); break;
            default: PassOdd<T>(call); break;
        }
    }

    /// <summary>to[t, line] = from[t, line] times the complex factor t.</summary>
    public static void Scale(SimdLevel level, float* re, float* im, float* toRe, float* toIm, float[] factors, int length, int lines)
    {
        fixed (float* factor = factors)
        {
            switch (level)
            {
                case SimdLevel.Vector512 when lines >= 12: Scale<Lanes512>(re, im, toRe, toIm, factor, length, lines); break;
                case SimdLevel.Vector512 or SimdLevel.Vector256 when lines >= 3: Scale<Lanes256>(re, im, toRe, toIm, factor, length, lines); break;
                default: Scale<Lanes1>(re, im, toRe, toIm, factor, length, lines); break;
            }
        }
    }

    private static void Scale<T>(float* re, float* im, float* toRe, float* toIm, float* factors, int length, nint lines)
        where T : unmanaged, ILanes<T>
    {
        for (var t = 0; t < length; t++)
        {
            for (nint q = 0; q < lines; q += T.Count)
            {
                var (at, count) = ((t * lines) + q, lines - q);
                Put(toRe + at, toIm + at, count, Load<T>(re + at, count), Load<T>(im + at, count), factors + (2 * t));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Load<T>(float* source, nint count)
        where T : unmanaged, ILanes<T> =>
        count >= T.Count ? T.Load(source) : T.LoadPartial(source, (int)count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(T value, float* target, nint count)
        where T : unmanaged, ILanes<T>
    {
        if (count >= T.Count)
        {
            T.Store(value, target);
        }
        else
        {
            T.StorePartial(value, target, (int)count);
        }
    }

    /// <summary>Stores a complex value times a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T>(float* toRe, float* toIm, nint count, T re, T im, float* factor)
        where T : unmanaged, ILanes<T>
    {
        T cosine = T.Create(factor[0]), sine = T.Create(factor[1]);
        Store(T.MultiplyAdd(re, cosine, -(im * sine)), toRe, count);
        Store(T.MultiplyAdd(re, sine, im * cosine), toIm, count);
    }

    private static void Pass2<T>(in FourierCall call)
        where T : unmanaged, ILanes<T>
    {
        nint side = call.Side, half = call.Count * side;
        for (var p = 0; p < call.Count; p++)
        {
            for (nint q = 0; q < side; q += T.Count)
            {
                var count = side - q;
                nint from = (p * side) + q, to = (2 * p * side) + q;
                T ar = Load<T>(call.Re + from, count), ai = Load<T>(call.Im + from, count);
                T br = Load<T>(call.Re + from + half, count), bi = Load<T>(call.Im + from + half, count);
                Store(ar + br, call.ToRe + to, count);
                Store(ai + bi, call.ToIm + to, count);
                Put(call.ToRe + to + side, call.ToIm + to + side, count, ar - br, ai - bi, call.Factors + (2 * p));
            }
        }
    }

    private static void Pass4<T>(in FourierCall call)
        where T : unmanaged, ILanes<T>
    {
        nint side = call.Side, quarter = call.Count * side;
        float* re = call.Re, im = call.Im;
        for (var p = 0; p < call.Count; p++)
        {
            var factors = call.Factors + (6 * p);
            for (nint q = 0; q < side; q += T.Count)
            {
                var count = side - q;
                nint from = (p * side) + q, to = (4 * p * side) + q;
                T ar = Load<T>(re + from, count), ai = Load<T>(im + from, count);
                T cr = Load<T>(re + from + (2 * quarter), count), ci = Load<T>(im + from + (2 * quarter), count);
                T sumR = ar + cr, sumI = ai + ci, differenceR = ar - cr, differenceI = ai - ci;
                T br = Load<T>(re + from + quarter, count), bi = Load<T>(im + from + quarter, count);
                T dr = Load<T>(re + from + (3 * quarter), count), di = Load<T>(im + from + (3 * quarter), count);
                T otherR = br + dr, otherI = bi + di, turnedR = bi - di, turnedI = dr - br;
                float* toRe = call.ToRe + to, toIm = call.ToIm + to;
                Store(sumR + otherR, toRe, count);
                Store(sumI + otherI, toIm, count);
                Put(toRe + side, toIm + side, count, differenceR + turnedR, differenceI + turnedI, factors);
                Put(toRe + (2 * side), toIm + (2 * side), count, sumR - otherR, sumI - otherI, factors + 2);
                Put(toRe + (3 * side), toIm + (3 * side), count, differenceR - turnedR, differenceI - turnedI, factors + 4);
            }
        }
    }

    /// <summary>An odd radix: results j and radix - j come from the same sums of pairs k and radix - k.</summary>
    private static void PassOdd<T>(in FourierCall call)
        where T : unmanaged, ILanes<T>
    {
        int radix = call.Radix, pairs = radix / 2;
        nint side = call.Side, part = call.Count * side;
        var sums = stackalloc T[4 * pairs];
        for (var p = 0; p < call.Count; p++)
        {
            var factors = call.Factors + (2 * (nint)p * (radix - 1)) - 2;
            for (nint q = 0; q < side; q += T.Count)
            {
                var count = side - q;
                nint from = (p * side) + q, to = (radix * p * side) + q;
                T firstR = Load<T>(call.Re + from, count), firstI = Load<T>(call.Im + from, count), allR = firstR, allI = firstI;
                for (var k = 1; k <= pairs; k++)
                {
                    nint low = from + (k * part), high = from + ((radix - k) * part);
                    T lowR = Load<T>(call.Re + low, count), lowI = Load<T>(call.Im + low, count);
                    T highR = Load<T>(call.Re + high, count), highI = Load<T>(call.Im + high, count);
                    var pair = sums + (4 * (k - 1));
                    (pair[0], pair[1], pair[2], pair[3]) = (lowR + highR, lowI + highI, lowR - highR, lowI - highI);
                    (allR, allI) = (allR + pair[0], allI + pair[1]);
                }

                Store(allR, call.ToRe + to, count);
                Store(allI, call.ToIm + to, count);
                for (var j = 1; j <= pairs; j++)
                {
                    T evenR = firstR, evenI = firstI, oddR = T.Create(0), oddI = T.Create(0);
                    for (int k = 1, turn = j; k <= pairs; k++, turn = turn + j >= radix ? turn + j - radix : turn + j)
                    {
                        var pair = sums + (4 * (k - 1));
                        T cosine = T.Create(call.Waves[2 * turn]), sine = T.Create(call.Waves[(2 * turn) + 1]);
                        evenR = T.MultiplyAdd(cosine, pair[0], evenR);
                        evenI = T.MultiplyAdd(cosine, pair[1], evenI);
                        oddR = T.MultiplyAdd(sine, pair[2], oddR);
                        oddI = T.MultiplyAdd(sine, pair[3], oddI);
                    }

                    nint near = to + (j * side), far = to + ((radix - j) * side);
                    Put(call.ToRe + near, call.ToIm + near, count, evenR + oddI, evenI - oddR, factors + (2 * j));
                    Put(call.ToRe + far, call.ToIm + far, count, evenR - oddI, evenI + oddR, factors + (2 * (radix - j)));
                }
            }
        }
    }
}
