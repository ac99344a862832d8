using OrleansCompute.Contracts.Jobs;
using OrleansCompute.EndToEnd.Running;
using OrleansCompute.TestKit;

namespace OrleansCompute.EndToEnd;

/// <summary>A chip of somebody else, whose driver is an assembly that the fabric was not built with.</summary>
public sealed class DriverTests : IDisposable
{
    private static readonly string Chip = Path.Combine(AppContext.BaseDirectory, "OrleansCompute.ToyChip.dll");
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Up_WithADriverThatTheEnvironmentNames_TrainsAJobOnItsChip()
    {
        await using var server = await OcServer.StartAsync([("OC_DRIVERS", Chip)], folder["data"], "--accelerator", "toy");
        using var api = server.Api();
        await server.RunAsync("tenant", "create", "acme");
        var (images, labels) = TinyDataset.Write(folder["files"]);
        await server.RunAsync("dataset", "add", "halves", "--images", images, "--labels", labels);
        await File.WriteAllTextAsync(folder["job.yaml"], TinyDataset.Job("acme", "on-toy"));

        await server.RunAsync("job", "submit", folder["job.yaml"]);

        var job = await Poll.UntilAsync("the job ends", () => api.Jobs.GetAsync("acme", "on-toy"), job => job.State >= JobState.Succeeded);
        Assert.True(job.State == JobState.Succeeded, job.Reason);
        var accelerator = (await server.RunAsync("smi")).GetProperty("nodes")[0].GetProperty("accelerators")[0].GetProperty("accelerator");
        Assert.Equal("toy-toy-1", accelerator.GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("missing.dll", "does not exist")]
    [InlineData("text.dll", "cannot be loaded")]
    [InlineData("oc.dll", "has no driver")]
    public async Task Up_WithAFileThatHoldsNoDriver_EndsWithOneLineThatNamesIt(string name, string expected)
    {
        await File.WriteAllTextAsync(folder["text.dll"], "no assembly");
        var file = name == "oc.dll" ? Path.Combine(AppContext.BaseDirectory, name) : folder[name];

        await using var up = OcProcess.Start([("OC_DRIVERS", file)], ["up", "--data", folder["data"], "--http-port", "0", "--mqtt-port", "0"]);

        Assert.Equal(1, await up.WaitAsync());
        var error = Assert.Single(up.Errors);
        Assert.StartsWith("error: OC_DRIVERS: ", error, StringComparison.Ordinal);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
