using OrleansCompute.Contracts.Inferences;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Gateway.Inferences;

namespace OrleansCompute.Gateway.Tests.Inferences;

public sealed class InferenceScoringTests
{
    [Fact]
    public void Summarize_WhenResultsAreMixed_CountsEachOnceAndScoresTheLabelledOnes()
    {
        var scoring = new InferenceScoring(new byte[] { 3, 1, 4 });
        foreach (var (device, sample, label) in new[] { ("b", 0L, 3), ("a", 0L, 9), ("a", 1L, 1), ("a", 99L, 1), ("a", -1L, 1) })
        {
            scoring.Add(new DeviceInference(device, new InferenceResult(sample, label, 1, 1)));
        }

        var summary = scoring.Summarize("m", 2, "d@1");

        Assert.Equal((5, 2, 3, 2), (summary.Count, summary.DistinctSamples, summary.Labelled, summary.Correct));
        Assert.Equal(2.0 / 3, summary.AccuracyFraction);
        Assert.Equal([new DeviceAccuracy("a", 4, 2, 1, 0.5), new DeviceAccuracy("b", 1, 1, 1, 1.0)], summary.Devices);
    }

    [Fact]
    public void Summarize_WhenNothingIsLabelled_HasNoAccuracy() =>
        Assert.Null(new InferenceScoring(ReadOnlyMemory<byte>.Empty).Summarize("m", 1, "d@1").AccuracyFraction);
}
