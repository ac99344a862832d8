using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// AdamW: Adam whose weight decay acts on the parameters and not through the gradient (Loshchilov and Hutter 2019, Algorithm 2, with the
/// decay times the step size as PyTorch has it). Not thread-safe.
/// </summary>
public sealed class AdamWOptimiser : FlatOptimiser
{
    /// <summary>The name in checkpoints.</summary>
    public const string OptimiserName = "adamw";

    private readonly AdamWOptions _options;
    private readonly ParameterSlice[] _runs;

    /// <summary>Starts with both moments at zero.</summary>
    /// <param name="parameterCount">Number of parameters, 1 or more.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="slices">The layers: weight decay acts on weights only; null: on all parameters.</param>
    /// <param name="level">Width of vectors; null for the widest of the processor. Results are the same bits.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AdamWOptimiser(int parameterCount, AdamWOptions? options = null, IReadOnlyList<ParameterSlice>? slices = null, SimdLevel? level = null)
        : base(OptimiserName, parameterCount, 2, options ??= new AdamWOptions(), slices, level)
    {
        _options = options;
        _runs = options.WeightDecay == 0 ? ParameterSlices.Checked(null, parameterCount) : ParameterSlices.Joined(Slices);
    }

    private protected override void Update(Span<float> parameters, ReadOnlySpan<float> gradient, float rate, float gradientScale)
    {
        foreach (var run in _runs)
        {
            var step = new AdamStep
            {
                Rate = rate,
                Beta1 = _options.Beta1,
                Beta2 = _options.Beta2,
                Epsilon = _options.Epsilon,
                Step = StepCount,
                WeightDecay = run.IsWeight ? _options.WeightDecay : 0,
                Decoupled = true,
                GradientScale = gradientScale,
            };
            OptimiserSteps.Adam(
                Level, step, parameters.Slice(run.Offset, run.Length), gradient.Slice(run.Offset, run.Length), Slot(0, run), Slot(1, run));
        }
    }
}
