using OrleansCompute.Cli.Demo;

namespace OrleansCompute.Cli.Tests.Demo;

public sealed class DemoChecksTests
{
    private static readonly DemoSummary Good = new()
    {
        Accuracy = 0.87,
        TrainImagesPerSecond = 5_000,
        Nodes = [new NodeSummary("large", "cpu", 40, 1, 5_000)],
        HeterogeneousEfficiency = 0.9,
        Agents = [new AgentSummary("edge-1", 3, 6, 0.9, 1, 2), new AgentSummary("edge-2", 3, 4, 0.9, 1, 2)],
        TamperedPackageRefused = true,
        Telemetry = new TelemetrySummary(20, 20, 5),
        Alarms = new AlarmScore(1, 1, 0),
        Usage = new UsageSummary(10, 0.01m, "EUR"),
        WallSeconds = 60,
        PeakMemoryBytes = 1_000_000,
    };

    private static readonly DemoTarget Target = new(ModelVersion: 3, Nodes: 1, Images: 10, Readings: 20);

    [Fact]
    public void Failures_WhenEverythingHolds_IsEmpty() => Assert.Empty(Check(Good));

    [Fact]
    public void Failures_WhenAccuracyIsTooLow_NamesItAndTheLimit() =>
        AssertFails(Check(Good with { Accuracy = 0.8699 }), "0.8699", "0.87");

    [Fact]
    public void Failures_WhenAnAgentRunsAnotherVersion_NamesAgentAndVersions() =>
        AssertFails(Check(Good with { Agents = [Good.Agents[0], Good.Agents[1] with { ModelVersion = 2 }] }), "edge-2", "2", "3");

    [Fact]
    public void Failures_WhenAnImageWasNotClassified_CountsThem() =>
        AssertFails(Check(Good with { Agents = [Good.Agents[0], Good.Agents[1] with { Inferences = 3 }] }), "9 results", "10 images");

    [Fact]
    public void Failures_WhenAnImageWasClassifiedTwice_CountsThem() =>
        AssertFails(DemoChecks.Failures(Good, Target, 9, 10), "10 results of 9 images");

    [Fact]
    public void Failures_WhenAnAgentMadeMoreInferencesThanItSent_CountsThem() =>
        AssertFails(DemoChecks.Failures(Good, Target, 10, 11), "11 inferences made");

    [Fact]
    public void Failures_WhenANodeTookNoPart_CountsThem() =>
        AssertFails(DemoChecks.Failures(Good, Target with { Nodes = 2 }, 10, 10), "1 of 2 nodes");

    [Fact]
    public void Failures_WhenAReadingWasNotSent_CountsThem() =>
        AssertFails(Check(Good with { Telemetry = new TelemetrySummary(19, 19, 5) }), "19 of 20");

    [Theory]
    [InlineData(19)]
    [InlineData(21)]
    public void Failures_WhenSentAndStoredDiffer_NamesBoth(long stored) =>
        AssertFails(Check(Good with { Telemetry = new TelemetrySummary(20, stored, 5) }), $"{stored} readings are stored", "20 were sent");

    [Fact]
    public void Failures_WhenTheTamperedPackageRan_SaysSo() =>
        AssertFails(Check(Good with { TamperedPackageRefused = false }), "tampered package");

    [Fact]
    public void Failures_WhenSeveralThingsFail_NamesAll() =>
        Assert.Equal(2, Check(Good with { Accuracy = double.NegativeInfinity, TamperedPackageRefused = false }).Count);

    private static IReadOnlyList<string> Check(DemoSummary summary) => DemoChecks.Failures(summary, Target, 10, 10);

    private static void AssertFails(IReadOnlyList<string> failures, params string[] texts)
    {
        var failure = Assert.Single(failures);
        Assert.All(texts, text => Assert.Contains(text, failure, StringComparison.Ordinal));
    }
}
