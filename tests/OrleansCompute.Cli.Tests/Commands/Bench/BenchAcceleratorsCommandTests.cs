using System.Text.Json;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Bench;

public sealed class BenchAcceleratorsCommandTests
{
    [Fact]
    public async Task Accelerators_MeasuredAndComparedWithAnEarlierCard_AreShownSideBySide()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["old.json"], """
            { "cards": [ { "format_version": 1, "node": "elsewhere", "accelerator": "npu", "device": "NPU 1", "kernel_library": "npu", "threads": 1,
              "measured_at": "2026-01-01T00:00:00+00:00", "training_gflops": 1.5, "measurements": [
              { "name": "gemm-f32-64", "unit": "GFLOP/s", "value": 0.001, "spread_fraction": 0, "seconds_per_call": 1, "cpu_seconds_per_call": 1, "left_out": null } ] } ] }
            """);

        var run = await OcRun.ExecuteAsync(
            "bench", "accelerators", "--accelerator", "ilgpu", "--threads", "1", "--runs", "1", "--json", folder["card.json"], "--compare", folder["old.json"]);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("elsewhere npu", run.Output, StringComparison.Ordinal);
        Assert.Contains("gemm-f32-512", run.Output, StringComparison.Ordinal);
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(folder["card.json"]));
        var card = Assert.Single(written.RootElement.GetProperty("cards").EnumerateArray());
        Assert.Equal("ilgpu", card.GetProperty("accelerator").GetString());
        Assert.True(card.GetProperty("measurements")[0].GetProperty("value").GetDouble() > 0);

        var again = await OcRun.ExecuteAsync("bench", "accelerators", "--runs", "0", "--compare", folder["card.json"]);
        again.AssertRefused("--runs is 0", "1 to 101");
    }

    [Fact]
    public async Task Accelerators_ThatAreNotThere_AreRefusedWithThoseThatAre()
    {
        var run = await OcRun.ExecuteAsync("bench", "accelerators", "--accelerator", "npu:3");

        run.AssertRefused("npu:3", "cpu", "reference", "ilgpu");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{ "cards": [ { "node": 5 } ] }""")]
    [InlineData("""{ "cards": null }""")]
    public async Task Compare_WithAFileThatHoldsNoCards_IsRefused(string text)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["bad.json"], text);

        var run = await OcRun.ExecuteAsync("bench", "accelerators", "--compare", folder["bad.json"]);

        run.AssertRefused("--compare is", folder["bad.json"]);
    }
}
