namespace OrleansCompute.Scheduling.Alarms;

/// <summary>
/// Raises an alarm when a quantity leaves its own recent range by many standard deviations. While an alarm lasts nothing is
/// learned, so that the event does not become its own normal. Pure.
/// </summary>
public static class DeviationRule
{
    /// <summary>Name, as alarms carry it.</summary>
    public const string Name = "deviation";

    /// <summary>Takes one reading.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="state">State after the reading before.</param>
    /// <param name="values">Quantities and finite values.</param>
    /// <returns>The state to keep, and whether an alarm begins or ends.</returns>
    public static (DeviationRuleState State, Deviation Deviation) Next(
        DeviationRuleOptions options, DeviationRuleState state, IReadOnlyList<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(values);
        var worst = Worst(options, state, values);
        var ordinary = state.Readings < options.WarmUpReadings || worst.Value is null;
        if (!state.Active)
        {
            return ordinary
                ? (Learn(options, state, values), default)
                : (state with { Active = true, ActiveReadings = 1, CalmReadings = 0 }, worst.Value!.Value);
        }

        var calm = ordinary ? state.CalmReadings + 1 : 0;
        if (calm >= options.ClearReadings)
        {
            return (Learn(options, state, values) with { Active = false, ActiveReadings = 0, CalmReadings = 0 }, Ended);
        }

        if (state.ActiveReadings + 1 >= options.RelearnReadings)
        {
            return (Learn(options, DeviationRuleState.Empty, values), Ended);
        }

        var next = ordinary ? Learn(options, state, values) : state;
        return (next with { ActiveReadings = state.ActiveReadings + 1, CalmReadings = calm }, default);
    }

    private static Deviation Ended => new(AlarmChange.Cleared, "", 0, 0, 0);

    private static DeviationRuleState Learn(
        DeviationRuleOptions options, DeviationRuleState state, IReadOnlyList<KeyValuePair<string, double>> values)
    {
        var quantities = state.Quantities.ToBuilder();
        foreach (var (name, value) in values)
        {
            quantities[name] = quantities.TryGetValue(name, out var moments)
                ? moments.With(value, options.Smoothing)
                : new RunningMoments(value, 0);
        }

        return state with { Quantities = quantities.ToImmutable(), Readings = state.Readings + 1 };
    }

    private static (double Ratio, Deviation? Value) Worst(
        DeviationRuleOptions options, DeviationRuleState state, IReadOnlyList<KeyValuePair<string, double>> values)
    {
        (double Ratio, Deviation? Value) worst = (1, null);
        foreach (var (name, value) in values)
        {
            if (!state.Quantities.TryGetValue(name, out var moments))
            {
                continue;
            }

            var sigma = Math.Max(Math.Sqrt(moments.Variance), options.FloorFraction * Math.Abs(moments.Mean));
            var tolerance = options.Deviations * sigma;
            var distance = Math.Abs(value - moments.Mean);
            if (distance > tolerance && distance / Math.Max(tolerance, double.Epsilon) > worst.Ratio)
            {
                worst = (distance / Math.Max(tolerance, double.Epsilon), new Deviation(AlarmChange.Raised, name, value, moments.Mean, tolerance));
            }
        }

        return worst;
    }
}
