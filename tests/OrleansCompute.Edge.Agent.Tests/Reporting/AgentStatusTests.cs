using OrleansCompute.Edge.Agent.Reporting;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Tests.Reporting;

public sealed class AgentStatusTests
{
    [Fact]
    public void Percentile_WhenUniform_IsWithinFivePercent()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, histogram.Percentile(0.5));
        for (var i = 1; i <= 1000; i++)
        {
            histogram.Record(i / 100d);
        }

        Assert.InRange(histogram.Percentile(0.5), 5 * 0.95, 5 * 1.05);
        Assert.InRange(histogram.Percentile(0.99), 9.9 * 0.95, 9.9 * 1.05);
        Assert.InRange(histogram.Percentile(1), 10 * 0.95, 10 * 1.05);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e12)]
    public void Record_WhenOutsideTheRange_GoesToTheNearestBucket(double milliseconds)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(milliseconds);
        Assert.InRange(histogram.Percentile(0.5), 0.0009, 3e6);
    }

    [Fact]
    public void Transition_WhenSeveral_ReportsEachInOrder()
    {
        var status = new AgentStatus("1.0", () => 5, () => 7);
        status.Transition(UpdateState.Downloading, 3, "");
        status.Transition(UpdateState.Refused, 4, new string('€', 5000));
        Assert.True(status.Transitions.TryRead(out var first));
        Assert.True(status.Transitions.TryRead(out var second));
        Assert.Equal((UpdateState.Downloading, UpdateState.Refused), (first.UpdateState, second.UpdateState));
        Assert.Equal((3, 4), (first.UpdateIssue, second.UpdateIssue));
        Assert.Equal((5, 7), (first.TelemetrySent, first.PeakMemoryBytes));
        Assert.Null(DeviceReportCodec.Validate(second));
        Assert.EndsWith("…", second.Detail, StringComparison.Ordinal);
    }
}
