using System.Text.Json;
using OrleansCompute.Cli.Bench;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Bench;

public sealed class BenchKernelsCommandTests
{
    [Fact]
    public async Task Products_WhenMeasuredAlone_HaveFiguresOfOursOnly()
    {
        using var folder = new TemporaryFolder();

        var run = await OcRun.ExecuteAsync(
            "bench", "kernels", "--only", "products", "--product", "32x16x8", "40x10x33TN", "--threads", "1", "2", "--rounds", "1", "--seconds", "0.01",
            "--alone", "--json", folder["kernels.json"]);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("products: without OpenBLAS", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("slowest beside the peer", run.Output, StringComparison.Ordinal);
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(folder["kernels.json"]));
        var results = written.RootElement.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(
            ["gemm 32 x 16 x 8 NN 1", "gemm 40 x 10 x 33 TN 1", "gemm 32 x 16 x 8 NN 2", "gemm 40 x 10 x 33 TN 2"],
            results.Select(result => $"{result.GetProperty("name").GetString()} {result.GetProperty("threads").GetInt32()}"));
        Assert.All(results, result =>
        {
            Assert.True(result.GetProperty("ours").GetDouble() > 0);
            Assert.Equal("GFLOP/s", result.GetProperty("unit").GetString());
            Assert.Equal(JsonValueKind.Null, result.GetProperty("ratio").ValueKind);
            Assert.Equal(JsonValueKind.Null, result.GetProperty("ratio_best").ValueKind);
        });
        Assert.Equal(JsonValueKind.Null, written.RootElement.GetProperty("worst").ValueKind);
    }

    [Fact]
    public async Task Products_WhenOpenBlasIsThere_AreShownBesideIt()
    {
        using var folder = new TemporaryFolder();
        var isThere = OpenBlas.TryLoad() is not null;

        var run = await OcRun.ExecuteAsync(
            "bench", "kernels", "--only", "products", "--product", "64x48x40", "--threads", "1", "--rounds", "1", "--seconds", "0.01", "--json", folder["k.json"]);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Equal(isThere, run.Output.Contains("slowest beside the peer: gemm 64 x 48 x 40 NN, 1 threads", StringComparison.Ordinal));
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(folder["k.json"]));
        var result = Assert.Single(written.RootElement.GetProperty("results").EnumerateArray());
        Assert.Equal(isThere ? JsonValueKind.Number : JsonValueKind.Null, result.GetProperty("ratio_best").ValueKind);
        Assert.Equal(isThere ? JsonValueKind.Object : JsonValueKind.Null, written.RootElement.GetProperty("worst").ValueKind);
    }

    [Theory]
    [InlineData("--only is 'rest'", "--only", "rest")]
    [InlineData("--product is '0x1x1'", "--product", "0x1x1")]
    [InlineData("--product is '8x8'", "--product", "8x8")]
    [InlineData("--product is '8x8x99999'", "--product", "8x8x99999")]
    [InlineData("--product is '8x8x8XN'", "--product", "8x8x8XN")]
    [InlineData("--threads is 0", "--threads", "0")]
    [InlineData("--rounds is 0", "--rounds", "0")]
    [InlineData("--seconds is 0", "--seconds", "0")]
    public async Task Kernels_WithAnOptionOutOfRange_AreRefused(string expected, string option, string value)
    {
        var run = await OcRun.ExecuteAsync("bench", "kernels", "--alone", option, value);

        run.AssertRefused(expected, "allowed");
    }
}
