using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>
/// Gradual pruning (Zhu and Gupta 2017, arXiv:1710.01878, equation 1): the pruned part rises from Initial to Final as
/// Final + (Initial - Final) (1 - progress)^3, in steps. A pure function of the step. Immutable.
/// </summary>
/// <param name="Final">Part of the weights that is zero at the end, 0 to 0.999.</param>
/// <param name="Steps">Steps over which it rises, 1 or more; then it stays.</param>
/// <param name="Initial">Part at the beginning, 0 to Final. Default 0.</param>
/// <param name="Every">Steps between two changes, 1 or more. Default 10.</param>
public sealed record SparsitySchedule(double Final, long Steps, double Initial = 0, long Every = 10)
{
    /// <summary>Part that is zero after a step.</summary>
    /// <param name="step">Steps made, 0 or more.</param>
    public double Sparsity(long step)
    {
        var progress = Math.Clamp(step >= Steps ? 1 : (double)(step / Every * Every) / Steps, 0, 1);
        return Final + ((Initial - Final) * Math.Pow(1 - progress, 3));
    }

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        OptionChecks.Within(errors, nameof(Final), Final, 0, 0.999);
        OptionChecks.Within(errors, nameof(Steps), Steps, 1, 1L << 40);
        OptionChecks.Within(errors, nameof(Initial), Initial, 0, Final);
        OptionChecks.Within(errors, nameof(Every), Every, 1, 1L << 40);
        return errors;
    }
}
