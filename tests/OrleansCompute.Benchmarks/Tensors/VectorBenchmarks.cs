using BenchmarkDotNet.Attributes;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Benchmarks.Tensors;

/// <summary>
/// The vector primitives under the kernels, on one thread, over rows of 128 floats as the reference transformer has them. Rows = 64 stays
/// in the first-level cache, 16384 is 8 MB. Run with <c>--filter *Vector*</c>.
/// </summary>
[MemoryDiagnoser]
public class VectorBenchmarks
{
    private const int Columns = 128;
    private float[] _x = [];
    private float[] _other = [];
    private float[] _result = [];
    private float[] _mean = [];
    private float[] _variance = [];
    private readonly float[] _gamma = new float[Columns];
    private readonly float[] _beta = new float[Columns];
    private readonly float[] _dGamma = new float[Columns];
    private readonly float[] _dBeta = new float[Columns];
    private float[] _rowMean = [];
    private float[] _rowDeviation = [];
    private int[] _labels = [];
    private long _step;

    [Params(SimdLevel.Vector512, SimdLevel.Vector256, SimdLevel.Scalar)]
    public SimdLevel Level { get; set; }

    [Params(64, 16384)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        float[] Values() => [.. Enumerable.Range(0, Rows * Columns).Select(_ => random.NextSingle() - 0.5f)];
        (_x, _other, _result, _mean, _variance) = (Values(), Values(), new float[Rows * Columns], new float[Rows * Columns], new float[Rows * Columns]);
        (_rowMean, _rowDeviation) = (new float[Rows], new float[Rows]);
        _labels = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Columns))];
        _gamma.AsSpan().Fill(1);
        LayerNormForward();
    }

    [Benchmark]
    public void Add() => ElementLoops.Binary(Level, default(BinaryFunctions.Add), _x, _other, _result);

    [Benchmark]
    public void Exp() => ElementLoops.Unary(Level, default(UnaryFunctions.Exp), _x, _result);

    [Benchmark]
    public void Gelu() => ElementLoops.Unary(Level, default(UnaryFunctions.Gelu), _x, _result);

    [Benchmark]
    public void GeluGradient() => ElementLoops.Binary(Level, default(UnaryGradients.GeluGradient), _x, _other, _result);

    [Benchmark]
    public float Sum() => Reductions.Sum(Level, _x);

    [Benchmark]
    public double Dot() => Reductions.Dot(Level, _x, _other);

    [Benchmark]
    public void SoftmaxRows() => Softmax.Rows(Level, Columns, _x, _result);

    [Benchmark]
    public void SoftmaxGradient() => Softmax.RowsGradient(Level, Columns, _x, _other, _result);

    [Benchmark]
    public void LayerNormForward() => LayerNorm.Forward(Level, Columns, _x, [], [], _gamma, _beta, 1e-5f, _result, _rowMean, _rowDeviation);

    [Benchmark]
    public void LayerNormBackward() =>
        LayerNorm.Backward(Level, Columns, _x, _gamma, _rowMean, _rowDeviation, _other, false, _result, _dGamma, _dBeta);

    [Benchmark]
    public double CrossEntropyWithGradient() => CrossEntropy.Rows(Level, Columns, _x, _labels, _result, 1f / Rows);

    [Benchmark]
    public void TransposeMatrix() => Transpose.Batches(Level, 1, Rows, Columns, _x, _result);

    [Benchmark]
    public bool AllFinite() => FiniteCheck.AllFinite(Level, _x);

    [Benchmark]
    public void Adam() => OptimiserSteps.Adam(
        Level, new AdamStep { Rate = 1e-3f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f, Step = ++_step, GradientScale = 1f }, _result, _other, _mean, _variance);

    [Benchmark]
    public void Sgd() => OptimiserSteps.Sgd(Level, new SgdStep { Rate = 1e-3f, Momentum = 0.9f, GradientScale = 1f }, _result, _other, _mean);
}
