using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Deadlines;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Philly;

namespace OrleansCompute.Simulations.Tests.Deadlines;

public sealed class DeadlineDrawTests
{
    [Fact]
    public void ApplyTo_WithALargerFraction_AddsDeadlinesAndChangesNone()
    {
        var (some, more) = (Deadlines("0.3:1.5-3", 7), Deadlines("0.6:1.5-3", 7));

        Assert.InRange(some.Count(deadline => deadline is not null), 30, 90);
        Assert.InRange(more.Count(deadline => deadline is not null), 90, 150);
        Assert.All(some.Zip(more), pair => Assert.True(pair.First is null || pair.First == pair.Second));

        // Each takes 1,000 s and its start, 30 s, alone.
        Assert.All(more.Where(deadline => deadline is not null), deadline => Assert.InRange(deadline!.Value, 1.5 * 1_030, 3 * 1_030));
        Assert.NotEqual(some, Deadlines("0.3:1.5-3", 8));
    }

    [Theory]
    [InlineData("", "write FRACTION:LEAST-MOST")]
    [InlineData("0.3", "write FRACTION:LEAST-MOST")]
    [InlineData("0.3:2", "write FRACTION:LEAST-MOST")]
    [InlineData("x:1-2", "write FRACTION:LEAST-MOST")]
    [InlineData("1.1:1-2", "allowed is a fraction of 0 to 1")]
    [InlineData("0.5:0.5-2", "multiples of 1 to 1000")]
    [InlineData("0.5:3-2", "the larger one last")]
    public void Parse_WhenTheTextIsWrong_SaysHowToWriteIt(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => DeadlineDraw.Parse(text)).Message, StringComparison.Ordinal);

    private static List<double?> Deadlines(string text, int seed)
    {
        var rows = Enumerable.Range(0, 200).Select(i => new PhillyRow($"j{i}", 0, 1_000, 1, ""));
        var setup = new SimulationSetup(
            ClusterSpec.Parse("A:4x4").ToSnapshot(), [.. rows.Select(row => new PhillyJob(row))], SchedulingPolicies.Create("fifo"), []);
        DeadlineDraw.Parse(text).ApplyTo(setup, seed);
        return [.. setup.Jobs.Select(job => job.DeadlineSeconds)];
    }
}
