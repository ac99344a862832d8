using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using Xunit.Abstractions;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class UnaryFunctionsTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names() => [.. UnaryCase.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Function_OverAllKindsOfFloats_IsWithinItsErrorOfDouble(string name)
    {
        var function = UnaryCase.All[name];
        CheckError(function, Ulp.AllKinds(100_003));
        CheckError(function, Ulp.Range(-20, 20, 50_003));
    }

    [Theory, MemberData(nameof(Names))]
    public void Function_AtEveryLevel_GivesTheSameBits(string name)
    {
        var function = UnaryCase.All[name];
        float[] x = [.. Ulp.AllKinds(10_007), .. Ulp.Range(-12, 12, 5_000)];
        var expected = new float[x.Length];
        function.Run(SimdLevel.Scalar, x, expected);
        foreach (var level in SimdLevels.Supported)
        {
            var actual = new float[x.Length];
            function.Run(level, x, actual);
            for (var i = 0; i < x.Length; i++)
            {
                if (!expected[i].Equals(actual[i]))
                {
                    Assert.Fail($"{name}({x[i]:g9}) is {actual[i]:g9} at {level}, {expected[i]:g9} at Scalar");
                }
            }
        }
    }

    [Fact]
    public void GeluTanh_OverItsRange_IsTheApproximationWithTanh()
    {
        var x = Ulp.Range(-6, 6, 20_001);
        var y = new float[x.Length];
        ElementLoops.Unary(SimdSupport.Best, default(UnaryFunctions.GeluTanh), x, y);
        for (var i = 0; i < x.Length; i++)
        {
            double v = x[i];
            var exact = 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v))));
            Assert.InRange(y[i] - exact, -1e-6, 1e-6);
        }
    }

    [Fact]
    public void HardSwish_OverItsRange_IsWithinRoundingOfDouble()
    {
        var x = Ulp.Range(-5, 5, 20_001);
        var y = new float[x.Length];
        ElementLoops.Unary(SimdSupport.Best, default(UnaryFunctions.HardSwish), x, y);
        for (var i = 0; i < x.Length; i++)
        {
            Assert.InRange(y[i] - (x[i] * Math.Clamp((x[i] / 6.0) + 0.5, 0, 1)), -5e-7, 5e-7);
        }
    }

    private void CheckError(UnaryCase function, float[] x)
    {
        var y = new float[x.Length];
        function.Run(SimdSupport.Best, x, y);
        var (worst, at) = (0.0, 0);
        for (var i = 0; i < x.Length; i++)
        {
            var exact = function.Reference(x[i]);
            if (Math.Abs(exact) < function.SmallestResult)
            {
                Assert.InRange(Math.Abs(y[i]), 0, 1.01 * function.SmallestResult);
                continue;
            }

            var error = Ulp.Error(y[i], exact);
            if (error > worst)
            {
                (worst, at) = (error, i);
            }
        }

        output.WriteLine($"{function.Name}: largest error {worst:f2} ulp at {x[at]:g9}");
        Assert.True(worst <= function.MaxUlp + 1e-6,
            $"{function.Name}({x[at]:g9}) is {y[at]:g9}, exactly {function.Reference(x[at]):g9}: "
            + $"{worst:f2} ulp, allowed {function.MaxUlp}");
    }
}
