using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Transcendental functions in float, for any width of vector. The polynomials are our own minimax fits (relative error weighted,
/// below 2^-30 before rounding). Largest errors found over the whole range, in units of the last place of the exact result, are
/// asserted by the tests of this class. NaN gives NaN; infinities and subnormal numbers are handled as IEEE 754 asks. Stateless.
/// </summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts; the first has so few bits that its product with a whole number below 2^14 is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // Beyond +-15 the normal distribution's tail, exp(-112.5), is zero in float.
    private const float NormalTailEnd = 15f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        // exp(-104) rounds to zero and exp(89) to infinity.
        x = T.MinOf(T.Create(89f), T.MaxOf(T.Create(-104f), x));
        var p = ReducedExpMinusOne(x, out var power);
        return T.ScaleByPowerOfTwo(p + T.Create(1f), power);
    }

    /// <summary>exp(x) - 1 without cancellation near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpMinusOne<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        // exp(-20) - 1 rounds to -1.
        x = T.MinOf(T.Create(89f), T.MaxOf(T.Create(-20f), x));
        var p = ReducedExpMinusOne(x, out var power);
        // 2^n (1 + p) - 1 as 2^n (p + (1 - 2^-n)): exact in the bracket where it matters, and no infinity less infinity at n = 128.
        var one = T.Create(1f);
        return T.ScaleByPowerOfTwo(p + (one - T.ScaleByPowerOfTwo(one, -power)), power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        var zero = T.Create(0f);
        var tiny = T.LessThan(x, T.Create(1.17549435e-38f));
        var mantissa = T.SplitExponent(T.Select(tiny, x * T.Create(8388608f), x), out var power);
        power = T.Select(tiny, power - T.Create(23f), power);
        var f = mantissa - T.Create(1f);
        var result = LogOfOnePlus(f, power);
        var special = T.Select(T.LessThan(x, zero), T.Create(float.NaN), x);
        special = T.Select(T.IsEqual(x, zero), T.Create(float.NegativeInfinity), special);
        var ordinary = T.LessThan(zero, x) & T.LessThan(x, T.Create(float.PositiveInfinity));
        return T.Select(ordinary, result, special);
    }

    /// <summary>log(1 + x) without loss near zero, for x from 0 to 2^100.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogOnePlus<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        var one = T.Create(1f);
        var sum = one + x;
        // What 1 + x lost in rounding, as a correction of first order. The two differences are exact (Fast2Sum) for either order.
        var lost = T.Select(T.LessThan(x, one), x - (sum - one), one - (sum - x));
        var mantissa = T.SplitExponent(sum, out var power);
        var result = LogOfOnePlus(mantissa - one, power) + (lost / sum);
        return T.Select(T.IsEqual(x, x), result, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        // tanh(10) rounds to 1.
        var doubled = T.MinOf(T.Create(20f), T.Abs(x) * T.Create(2f));
        var e = ExpMinusOne(doubled);
        return T.CopySign(e / (e + T.Create(2f)), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        // With exp(-|x|) neither side overflows, and small results keep their relative accuracy.
        var one = T.Create(1f);
        var e = Exp(-T.Abs(x));
        return T.Select(T.LessThan(x, T.Create(0f)), e, one) / (one + e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Erf<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        var a = T.Abs(x);
        // Up to 0.92: x + x P(x^2).
        var z = a * a;
        var p = T.Create(8.29878045e-05f);
        p = T.MultiplyAdd(p, z, T.Create(-0.000812567887f));
        p = T.MultiplyAdd(p, z, T.Create(0.00519951759f));
        p = T.MultiplyAdd(p, z, T.Create(-0.0268587824f));
        p = T.MultiplyAdd(p, z, T.Create(0.112836845f));
        p = T.MultiplyAdd(p, z, T.Create(-0.376126319f));
        p = T.MultiplyAdd(p, z, T.Create(0.128379166f));
        var near = T.MultiplyAdd(a, p, a);
        // From there to 4, where it rounds to 1: 1 - exp(Q(x)), Q a fit of log(erfc).
        var b = T.MinOf(T.Create(4f), a);
        var q = T.Create(-2.10950693e-05f);
        q = T.MultiplyAdd(q, b, T.Create(0.000434462825f));
        q = T.MultiplyAdd(q, b, T.Create(-0.00417106412f));
        q = T.MultiplyAdd(q, b, T.Create(0.0251194295f));
        q = T.MultiplyAdd(q, b, T.Create(-0.108280092f));
        q = T.MultiplyAdd(q, b, T.Create(-0.633346915f));
        q = T.MultiplyAdd(q, b, T.Create(-1.12951493f));
        q = T.MultiplyAdd(q, b, T.Create(0.000174684727f));
        var far = T.Create(1f) - Exp(q);
        return T.CopySign(T.Select(T.LessThan(a, T.Create(0.92f)), near, far), x);
    }

    /// <summary>log(1 + exp(x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Softplus<T>(T x)
        where T : unmanaged, ILanes<T> => T.MaxOf(T.Create(0f), x) + LogOnePlus(Exp(-T.Abs(x)));

    /// <summary>
    /// The standard normal distribution function of x, and exp(-x^2 / 2) (its density times sqrt(2 pi)). Relative accuracy holds in the
    /// lower tail, where 1 + erf would cancel.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalDistribution<T>(T x, out T bell)
        where T : unmanaged, ILanes<T>
    {
        var one = T.Create(1f);
        var a = T.MinOf(T.Create(NormalTailEnd), T.Abs(x));
        var square = a * a;
        var lost = T.MultiplyAdd(a, a, -square);
        bell = Exp(T.Create(-0.5f) * square);
        bell = T.MultiplyAdd(bell * T.Create(-0.5f), lost, bell);
        // tail(a) = exp(-a^2 / 2) R(u) / (a + 3), with R a fit of degree 10 in u = (a - 3) / (a + 3).
        var inverse = one / (a + T.Create(3f));
        var u = T.MultiplyAdd(T.Create(-6f), inverse, one);
        var r = T.Create(5.44896102e-05f);
        r = T.MultiplyAdd(r, u, T.Create(0.000131331108f));
        r = T.MultiplyAdd(r, u, T.Create(-0.000244730327f));
        r = T.MultiplyAdd(r, u, T.Create(-0.00103257457f));
        r = T.MultiplyAdd(r, u, T.Create(0.0010247539f));
        r = T.MultiplyAdd(r, u, T.Create(0.00696931174f));
        r = T.MultiplyAdd(r, u, T.Create(-0.0104625132f));
        r = T.MultiplyAdd(r, u, T.Create(-0.0472626872f));
        r = T.MultiplyAdd(r, u, T.Create(0.230017707f));
        r = T.MultiplyAdd(r, u, T.Create(-0.509332001f));
        r = T.MultiplyAdd(r, u, T.Create(0.729083717f));
        var tail = bell * r * inverse;
        return T.Select(T.LessThan(x, T.Create(0f)), tail, one - tail);
    }

    /// <summary>exp(r) - 1 for the remainder r of x by ln 2, and the whole quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ReducedExpMinusOne<T>(T x, out T power)
        where T : unmanaged, ILanes<T>
    {
        power = T.Round(x * T.Create(Log2E));
        var r = T.MultiplyAdd(power, T.Create(-Ln2High), x);
        r = T.MultiplyAdd(power, T.Create(-Ln2Low), r);
        var p = T.Create(0.00019823786f);
        p = T.MultiplyAdd(p, r, T.Create(0.00139341364f));
        p = T.MultiplyAdd(p, r, T.Create(0.00833342317f));
        p = T.MultiplyAdd(p, r, T.Create(0.0416664742f));
        p = T.MultiplyAdd(p, r, T.Create(0.166666657f));
        p = T.MultiplyAdd(p, r, T.Create(0.5f));
        return T.MultiplyAdd(p, r * r, r);
    }

    /// <summary>log((1 + f) 2^power) for f from sqrt(1/2) - 1 to sqrt(2) - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LogOfOnePlus<T>(T f, T power)
        where T : unmanaged, ILanes<T>
    {
        var q = T.Create(0.0674643219f);
        q = T.MultiplyAdd(q, f, T.Create(-0.116957158f));
        q = T.MultiplyAdd(q, f, T.Create(0.118990213f));
        q = T.MultiplyAdd(q, f, T.Create(-0.124033071f));
        q = T.MultiplyAdd(q, f, T.Create(0.142178982f));
        q = T.MultiplyAdd(q, f, T.Create(-0.166680515f));
        q = T.MultiplyAdd(q, f, T.Create(0.200021937f));
        q = T.MultiplyAdd(q, f, T.Create(-0.250000089f));
        q = T.MultiplyAdd(q, f, T.Create(0.333333105f));
        var square = f * f;
        var small = T.MultiplyAdd(power, T.Create(Ln2Low), q * f * square);
        small = T.MultiplyAdd(T.Create(-0.5f), square, small);
        return T.MultiplyAdd(power, T.Create(Ln2High), f + small);
    }
}
