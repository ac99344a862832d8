namespace OrleansCompute.Training.Optimisers.Schedules;

/// <summary>
/// One cycle (Smith and Topin 2018, arXiv:1708.07120): from Peak / InitialDivisor up to Peak, then down to Peak / InitialDivisor /
/// FinalDivisor, both along half a cosine as PyTorch's OneCycleLR has it by default. Behind the end it stays at the last value.
/// </summary>
/// <param name="Peak">Largest step size, above 0 to 100.</param>
/// <param name="TotalSteps">2 or more.</param>
/// <param name="RisingFraction">Part of the steps that rise, above 0 to 0.99. Default 0.3.</param>
/// <param name="InitialDivisor">1 or more. Default 25.</param>
/// <param name="FinalDivisor">1 or more. Default 10,000.</param>
public sealed record OneCycleRate(
    double Peak, long TotalSteps, double RisingFraction = 0.3, double InitialDivisor = 25, double FinalDivisor = 1e4) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long step)
    {
        var initial = Peak / InitialDivisor;
        var top = Math.Max(0, (RisingFraction * TotalSteps) - 1);
        return step <= top
            ? Between(initial, Peak, top == 0 ? 1 : step / top)
            : Between(Peak, initial / FinalDivisor, Math.Min(1, (step - top) / (TotalSteps - 1 - top)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate() => new ScheduleChecks()
        .Rate(nameof(Peak), Peak)
        .Within(nameof(TotalSteps), TotalSteps, 2, ScheduleChecks.MaxSteps)
        .Above(nameof(RisingFraction), RisingFraction, 0, 0.99)
        .Within(nameof(InitialDivisor), InitialDivisor, 1, 1e9)
        .Within(nameof(FinalDivisor), FinalDivisor, 1, 1e9).Errors;

    private static double Between(double from, double to, double progress) => to + ((from - to) * (1 + Math.Cos(Math.PI * progress)) / 2);
}
