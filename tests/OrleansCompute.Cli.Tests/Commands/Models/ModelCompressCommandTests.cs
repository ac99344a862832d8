using System.Text.Json;

namespace OrleansCompute.Cli.Tests.Commands.Models;

public sealed class ModelCompressCommandTests(SmallClassifier classifier) : IClassFixture<SmallClassifier>
{
    [Fact]
    public async Task Compress_ToInt8_IsAQuarterOfTheSizeAndAsAccurate()
    {
        var report = await CompressAsync("int8");

        Assert.True(Size(report, "after") < 0.5 * Size(report, "before"), $"{report}");
        AssertAccurate(report, lost: 0.05);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("control").ValueKind);
    }

    [Fact]
    public async Task Compress_WithTrainingInEightBits_IsAQuarterOfTheSizeAndHasAControl()
    {
        var report = await CompressAsync("qat", "--epochs", "1");

        Assert.True(Size(report, "after") < 0.5 * Size(report, "before"), $"{report}");
        AssertAccurate(report, lost: 0.05);
        AssertControl(report, "before");
    }

    [Fact]
    public async Task Compress_ByPruning_LeavesHalfOfTheWeights()
    {
        var report = await CompressAsync("prune", "--amount", "0.5", "--epochs", "1");

        // Biases stay, so that a little more than half is left.
        Assert.InRange(Number(report, "after", "non_zero_parameters") / Number(report, "before", "non_zero_parameters"), 0.45, 0.55);
        Assert.True(Number(report, "after", "deflated_bytes") < 0.8 * Number(report, "before", "deflated_bytes"), $"{report}");
        AssertAccurate(report, lost: 0.08);
        AssertControl(report, "before");
    }

    [Fact]
    public async Task Compress_ByTakingFiltersOut_HasFewerParametersAndOperations()
    {
        var report = await CompressAsync("structured", "--amount", "0.5", "--epochs", "2");

        Assert.True(Number(report, "after", "parameters") < 0.6 * Number(report, "before", "parameters"), $"{report}");
        Assert.True(Number(report, "after", "flops") < 0.7 * Number(report, "before", "flops"), $"{report}");
        AssertAccurate(report, lost: 0.2);
        AssertControl(report, "before");
    }

    [Fact]
    public async Task Compress_ByFactors_HasFewerParameters()
    {
        var report = await CompressAsync("lowrank", "--amount", "0.8", "--epochs", "1");

        Assert.True(Number(report, "after", "parameters") < Number(report, "before", "parameters"), $"{report}");
        AssertAccurate(report, lost: 0.1);
        AssertControl(report, "before");
    }

    [Fact]
    public async Task Compress_ByDistillation_TeachesTheStudentOfAYamlFile()
    {
        await File.WriteAllTextAsync(classifier["student.yaml"], """
            input: [1, 28, 28]
            layers:
              - maxpool: { size: 4 }
              - dense: { units: 16, activation: relu }
              - dense: { units: 10 }
            """);

        var report = await CompressAsync("distill", "--student", classifier["student.yaml"], "--epochs", "8", "--learning-rate", "0.005");

        Assert.Equal((49 * 16) + 16 + 170, Number(report, "after", "parameters"));
        AssertAccurate(report, lost: 0.25);
        AssertControl(report, "after");
    }

    [Theory]
    [InlineData("distil", "--method is 'distil'", "distill")]
    [InlineData("distill", "--student FILE", "network")]
    public async Task Compress_WithWhatItLacks_SaysSo(string method, params string[] texts)
    {
        var run = await RunAsync(method, []);

        run.AssertRefused(texts);
    }

    [Fact]
    public async Task Compress_WithAStudentThatIsNone_SaysWhere()
    {
        await File.WriteAllTextAsync(classifier["bad.yaml"], "input: [1, 28, 28]\nlayers:\n  - dense: { units: 0 }\n");

        var run = await RunAsync("distill", ["--student", classifier["bad.yaml"]]);

        run.AssertRefused("layers[0].units at line 3, column 21 is 0; allowed: 1 to 65536.");
    }

    private static void AssertAccurate(JsonElement report, double lost)
    {
        double before = Number(report, "before", "accuracy"), after = Number(report, "after", "accuracy");
        Assert.True(before > 0.6, $"the model itself: {before}");
        Assert.True(after > before - lost, $"accuracy went from {before} to {after}");
    }

    private static void AssertControl(JsonElement report, string like)
    {
        Assert.Equal(Number(report, like, "parameters"), Number(report, "control", "parameters"));
        Assert.True(Number(report, "control", "accuracy") > 0.4);
        Assert.True(Number(report, "control", "latency_p50_milliseconds") > 0);
        Assert.True(Number(report, "after", "latency_p50_milliseconds") > 0 && Number(report, "before", "latency_p50_milliseconds") > 0);
    }

    private static double Size(JsonElement report, string which) => Number(report, which, "size_bytes");

    private static double Number(JsonElement report, string which, string field) => report.GetProperty(which).GetProperty(field).GetDouble();

    private Task<OcRun> RunAsync(string method, string[] more) => OcRun.ExecuteAsync(
        ["model", "compress", classifier.Model, "--method", method, "--output", classifier[$"{method}.onnx"], "--dataset", classifier.DataFolder, "--runs", "20", .. more]);

    private async Task<JsonElement> CompressAsync(string method, params string[] more)
    {
        var run = await RunAsync(method, [.. more, "--json", classifier[$"{method}.json"]]);

        Assert.True(run.Status == 0, run.Errors);
        Assert.All(["size, bytes", "one sample p50, ms", "accuracy"], row => Assert.Contains(row, run.Output, StringComparison.Ordinal));
        var inspected = await OcRun.ExecuteAsync("model", "inspect", classifier[$"{method}.onnx"]);
        Assert.True(inspected.Status == 0, inspected.Errors);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(classifier[$"{method}.json"]));
        return json.RootElement.Clone();
    }
}
