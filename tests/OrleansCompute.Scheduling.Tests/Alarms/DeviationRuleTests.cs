using OrleansCompute.Scheduling.Alarms;

namespace OrleansCompute.Scheduling.Tests.Alarms;

public sealed class DeviationRuleTests
{
    private static readonly DeviationRuleOptions Options = new();

    [Fact]
    public void Next_OnASteadySignal_RaisesNothing() => Assert.Empty(Changes(Noise(1000)));

    [Fact]
    public void Next_OnAJumpAndBack_RaisesOnceAndClears()
    {
        var changes = Changes([.. Noise(200), .. Enumerable.Repeat(80.0, 30), .. Noise(100)]);

        Assert.Equal([(AlarmChange.Raised, 200), (AlarmChange.Cleared, 241)], changes);
    }

    [Fact]
    public void Next_WithinTheWarmUp_RaisesNothing() =>
        Assert.Empty(Changes([.. Noise(30), 80.0, .. Noise(29)]));

    [Fact]
    public void Next_OnALastingShift_LearnsItAsTheNewNormal()
    {
        var changes = Changes([.. Noise(200), .. Enumerable.Repeat(60.0, 2000)]);

        Assert.Equal([(AlarmChange.Raised, 200), (AlarmChange.Cleared, 200 + Options.RelearnReadings - 1)], changes);
    }

    [Fact]
    public void Next_WhenAnAlarmBegins_NamesQuantityValueAndRange()
    {
        var state = DeviationRuleState.Empty;
        foreach (var value in Noise(200))
        {
            (state, _) = DeviationRule.Next(Options, state, [new("humidity", value), new("temperature", 20)]);
        }

        var (_, deviation) = DeviationRule.Next(Options, state, [new("humidity", 90), new("temperature", 20)]);

        Assert.Equal((AlarmChange.Raised, "humidity", 90.0), (deviation.Change, deviation.Quantity, deviation.Value));
        Assert.InRange(deviation.Expected, 44, 46);
        Assert.InRange(deviation.Tolerance, 3, 6);
    }

    [Fact]
    public void Defaults_AreThoseThatTheDocumentationGives() =>
        Assert.Equal(
            (0.02, 8.0, 0.01, 60, 12, 720),
            (Options.Smoothing, Options.Deviations, Options.FloorFraction, Options.WarmUpReadings, Options.ClearReadings, Options.RelearnReadings));

    private static List<(AlarmChange Change, int Index)> Changes(IEnumerable<double> values)
    {
        var state = DeviationRuleState.Empty;
        var changes = new List<(AlarmChange, int)>();
        foreach (var (index, value) in values.Index())
        {
            (state, var deviation) = DeviationRule.Next(Options, state, [new("humidity", value)]);
            if (deviation.Change != AlarmChange.None)
            {
                changes.Add((deviation.Change, index));
            }
        }

        return changes;
    }

    private static IEnumerable<double> Noise(int count)
    {
        var random = new Random(5);
        return Enumerable.Range(0, count).Select(_ => 45 + (0.2 * random.NextDouble()));
    }
}
