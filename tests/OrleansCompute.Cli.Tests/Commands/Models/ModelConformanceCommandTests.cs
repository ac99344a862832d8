using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Models;

public sealed class ModelConformanceCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    public async Task Run_WithALeastNumber_FailsWhenFewerPass(string least, int exitCode)
    {
        // A folder without cases: none passes, none fails.
        var run = await OcRun.ExecuteAsync("model", "conformance", _folder.Path, "--least", least);

        Assert.Equal(exitCode, run.Status);
        Assert.Equal(exitCode != 0, run.Output.Contains("FAILED: 0 cases passed; --least asks for 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WithANegativeLeastNumber_SaysWhatIsAllowed()
    {
        var run = await OcRun.ExecuteAsync("model", "conformance", _folder.Path, "--least=-1");

        run.AssertRefused("--least is -1", "0 or more");
    }

    public void Dispose() => _folder.Dispose();
}
