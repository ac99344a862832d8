using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// Gradient descent with momentum: d = g + decay p; v = momentum v + d; p -= rate v, or with Nesterov's form p -= rate (d + momentum v).
/// In place on flat vectors. Not thread-safe.
/// </summary>
public sealed class SgdOptimiser : FlatOptimiser
{
    /// <summary>The name in checkpoints.</summary>
    public const string OptimiserName = "sgd";

    private readonly SgdOptions _options;
    private readonly ParameterSlice[] _runs;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameterCount">Number of parameters, 1 or more.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="slices">The layers: weight decay acts on weights only; null: on all parameters.</param>
    /// <param name="level">Width of vectors; null for the widest of the processor. Results are the same bits.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SgdOptimiser(int parameterCount, SgdOptions? options = null, IReadOnlyList<ParameterSlice>? slices = null, SimdLevel? level = null)
        : base(OptimiserName, parameterCount, 1, options ??= new SgdOptions(), slices, level)
    {
        _options = options;
        _runs = options.WeightDecay == 0 ? ParameterSlices.Checked(null, parameterCount) : ParameterSlices.Joined(Slices);
    }

    private protected override void Update(Span<float> parameters, ReadOnlySpan<float> gradient, float rate, float gradientScale)
    {
        foreach (var run in _runs)
        {
            var step = new SgdStep
            {
                Rate = rate,
                Momentum = _options.Momentum,
                Nesterov = _options.Nesterov,
                WeightDecay = run.IsWeight ? _options.WeightDecay : 0,
                GradientScale = gradientScale,
            };
            // Without momentum the velocity is not needed, and a third of the memory traffic is saved.
            OptimiserSteps.Sgd(
                Level, step, parameters.Slice(run.Offset, run.Length), gradient.Slice(run.Offset, run.Length), _options.Momentum == 0 ? [] : Slot(0, run));
        }
    }
}
