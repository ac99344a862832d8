using System.Globalization;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Deadlines;

/// <summary>
/// Gives jobs of a workload deadlines, which the published traces have none of: a part of the jobs, drawn from a seed, each a time after
/// its submission that is a multiple of what it takes alone on what it requested. Immutable; equal seeds give equal deadlines.
/// </summary>
/// <param name="Fraction">Part of the jobs, 0 to 1.</param>
/// <param name="Least">Smallest multiple, 1 to 1000.</param>
/// <param name="Most">Largest multiple, at least the smallest, up to 1000; drawn evenly between.</param>
public sealed record DeadlineDraw(double Fraction, double Least, double Most)
{
    /// <summary>Reads <c>FRACTION:LEAST-MOST</c>, such as <c>0.3:1.5-3</c>.</summary>
    /// <exception cref="FormatException">The text is not of this form, or a number is out of its range.</exception>
    public static DeadlineDraw Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var dash = text.IndexOf('-', Math.Max(0, colon));
        if (colon < 1 || dash < 0 || !TryNumber(text[..colon], out var fraction) || !TryNumber(text[(colon + 1)..dash], out var least)
            || !TryNumber(text[(dash + 1)..], out var most))
        {
            throw new FormatException($"deadlines are '{text}'; write FRACTION:LEAST-MOST, such as 0.3:1.5-3: three tenths of the jobs are due after 1.5 to 3 times what they take alone.");
        }

        return fraction is >= 0 and <= 1 && least is >= 1 and <= 1_000 && most >= least && most <= 1_000
            ? new DeadlineDraw(fraction, least, most)
            : throw new FormatException($"deadlines are '{text}'; allowed is a fraction of 0 to 1, and multiples of 1 to 1000, the larger one last.");
    }

    /// <summary>Sets the deadlines of a run's jobs.</summary>
    /// <param name="setup">The run; its jobs have not run yet.</param>
    /// <param name="seed">Of all draws.</param>
    public void ApplyTo(SimulationSetup setup, int seed)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var random = new Random(seed);
        foreach (var job in setup.Jobs)
        {
            // Two draws for each, so that a larger fraction adds deadlines and changes none.
            var (lot, place) = (random.NextDouble(), random.NextDouble());
            if (lot < Fraction)
            {
                var alone = job.RestartSeconds + job.RemainingSeconds(setup.Cluster);
                job.DeadlineSeconds = job.SubmitSeconds + (alone * (Least + (place * (Most - Least))));
            }
        }
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
