using System.Text.Json;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Bench;

public sealed class BenchTrainCommandTests
{
    [Fact]
    public async Task Train_WhenAloneWithProfile_MeasuresEachModelAndThreadCount()
    {
        using var folder = new TemporaryFolder();

        var run = await OcRun.ExecuteAsync(
            "bench", "train", "--model", "mlp", "transformer", "--batch", "2", "--threads", "1", "2", "--rounds", "1", "--seconds", "0.01", "--profile", "--alone",
            "--json", folder["train.json"]);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("without a peer: --alone", run.Output, StringComparison.Ordinal);
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(folder["train.json"]));
        var results = written.RootElement.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(
            ["mlp, batch 2 1", "mlp, batch 2 2", "transformer, batch 2 1", "transformer, batch 2 2"],
            results.Select(result => $"{result.GetProperty("name").GetString()} {result.GetProperty("threads").GetInt32()}"));
        Assert.All(results, result => Assert.True(result.GetProperty("ours").GetDouble() > 0));
    }

    [Fact]
    public async Task Train_WhenPyTorchIsThere_ShowsBothSidesForEachThreadCount()
    {
        using var folder = new TemporaryFolder();

        var run = await OcRun.ExecuteAsync(
            "bench", "train", "--model", "mlp", "--batch", "4", "--threads", "1", "2", "--rounds", "2", "--seconds", "0.01", "--json", folder["train.json"]);

        Assert.Equal(ExitCodes.Success, run.Status);
        var expected = run.Output.Contains("beside PyTorch", StringComparison.Ordinal) ? JsonValueKind.Number : JsonValueKind.Null;
        Assert.Equal(expected == JsonValueKind.Null, run.Output.Contains("without a peer: python3", StringComparison.Ordinal));
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(folder["train.json"]));
        var results = written.RootElement.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(2, results.Length);
        Assert.All(results, result => Assert.All(
            ["peer", "ratio", "ratio_best", "peer_cpu_microseconds_per_item"], field => Assert.Equal(expected, result.GetProperty(field).ValueKind)));
    }

    [Fact]
    public async Task Infer_WhenAlone_MeasuresHalfAndMostOfTheCalls()
    {
        var run = await OcRun.ExecuteAsync("bench", "infer", "--threads", "1", "--rounds", "1", "--seconds", "0.01", "--alone");

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("cnn, peer eager p50", run.Output, StringComparison.Ordinal);
        Assert.Contains("cnn, peer torchscript p99", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model is 'rnn'", "--model", "rnn")]
    [InlineData("--batch is 0", "--batch", "0")]
    [InlineData("--batch is 5000", "--batch", "5000")]
    [InlineData("--threads is 300", "--threads", "300")]
    public async Task Train_WithAnOptionOutOfRange_IsRefused(string expected, string option, string value)
    {
        var run = await OcRun.ExecuteAsync("bench", "train", "--alone", option, value);

        run.AssertRefused(expected, "allowed");
    }
}
