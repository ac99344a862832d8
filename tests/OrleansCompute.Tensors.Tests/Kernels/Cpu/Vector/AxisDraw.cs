using FsCheck;
using FsCheck.Fluent;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>A tensor of [Outer, Axis, Inner] of values from -4 to 4.</summary>
internal sealed record AxisDraw(int Outer, int Axis, int Inner, int Seed)
{
    public int Length => Outer * Axis * Inner;

    public static Arbitrary<AxisDraw> Arbitrary() =>
        (from outer in Gen.Choose(0, 4)
         from axis in Gen.Frequency((4, Gen.Choose(1, 40)), (1, Gen.Choose(41, 700)))
         from inner in Gen.Frequency((2, Gen.Constant(1)), (2, Gen.Choose(2, 37)), (1, Gen.Choose(60, 140)))
         from seed in Gen.Choose(0, 1 << 20)
         select new AxisDraw(outer, axis, inner, seed)).ToArbitrary();

    public float[] Values(int salt = 0) => [.. KernelAssert.Random(new Random(Seed + salt), Length).Select(v => 4 * v)];

    /// <summary>The result of a function of one line along the axis, for each line: [Outer, Inner].</summary>
    public TResult[] Reduce<TResult>(float[] x, Func<double[], TResult> function)
    {
        var results = new TResult[Outer * Inner];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = function(Line(x, i));
        }

        return results;
    }

    /// <summary>A function of lines along the axis to lines.</summary>
    public double[] Map(float[] x, float[] second, Func<double[], double[], double[]> function)
    {
        var y = new double[Length];
        for (var i = 0; i < Outer * Inner; i++)
        {
            var line = function(Line(x, i), Line(second, i));
            for (var k = 0; k < Axis; k++)
            {
                y[Index(i, k)] = line[k];
            }
        }

        return y;
    }

    private double[] Line(float[] x, int i) => [.. Enumerable.Range(0, Axis).Select(k => (double)x[Index(i, k)])];

    private int Index(int i, int k) => (((i / Inner * Axis) + k) * Inner) + (i % Inner);
}
