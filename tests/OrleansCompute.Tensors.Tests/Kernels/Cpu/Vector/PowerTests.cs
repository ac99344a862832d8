using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class PowerTests
{
    [Fact]
    public void Power_OverAllKindsOfFloats_IsWithinOneRoundingOfDouble()
    {
        float[] exponents = [0f, -0f, 1f, -1f, 2f, 3f, -3f, 0.5f, 1.7f, -2.3f, 31f, -40f, 1e-3f, 127.5f, 16777217f, 3e38f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon];

        // Signalling NaN to the 0 is NaN in float, and 1 once it was turned into a double.
        float[] bases = [.. Ulp.AllKinds(20_011).Select(value => float.IsNaN(value) ? float.NaN : value), .. Ulp.Range(-3, 3, 5_001), .. Ulp.Range(0.99f, 1.01f, 1_001)];
        foreach (var level in SimdLevels.Supported)
        {
            foreach (var exponent in exponents)
            {
                float[] power = [.. Enumerable.Repeat(exponent, bases.Length)], y = new float[bases.Length];
                RealLoops.Power(level, bases, power, y);
                for (var i = 0; i < y.Length; i++)
                {
                    var error = Ulp.Error(y[i], Math.Pow(bases[i], exponent));
                    Assert.True(error <= 0.51, $"{bases[i]:g9} to the {exponent:g9} is {y[i]:g9} at {level}, {Math.Pow(bases[i], exponent):g12} in double: {error} units off");
                }
            }
        }
    }

    [Fact]
    public void Power_ForAnyLengthAndInPlace_TouchesNothingElse()
    {
        foreach (var level in SimdLevels.Supported)
        {
            for (var length = 0; length < 40; length++)
            {
                var values = Ulp.Range(0.5f, 3, 48);
                var expected = values.Select((value, i) => i < length ? (float)Math.Pow(value, value) : value).ToArray();
                RealLoops.Power(level, values.AsSpan(0, length), values.AsSpan(0, length), values.AsSpan(0, length));
                for (var i = 0; i < values.Length; i++)
                {
                    Assert.Equal(expected[i], values[i], 1e-6 * expected[i]);
                }
            }
        }
    }
}
