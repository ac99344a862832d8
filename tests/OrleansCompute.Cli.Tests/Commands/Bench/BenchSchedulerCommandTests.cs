namespace OrleansCompute.Cli.Tests.Commands.Bench;

public sealed class BenchSchedulerCommandTests
{
    [Theory]
    [InlineData("--accelerators 4", "--accelerators is 4; allowed 8 to 1000000.")]
    [InlineData("--jobs 0", "--jobs is 0; allowed 1 to 1000000.")]
    [InlineData("--types 1 9", "--types is 9; allowed 1 to 8.")]
    [InlineData("--rounds 0", "--rounds is 0; allowed 1 or more.")]
    [InlineData("--decisions=-1", "--decisions is -1; allowed 0 or more.")]
    [InlineData("--policy magic", "--policy is 'magic'; allowed: bestfit, default,")]
    public async Task RunAsync_WhenAValueIsWrong_NamesTheOptionAsItIsTyped(string line, string expected) =>
        (await OcRun.ExecuteAsync(["bench", "scheduler", .. line.Split(' ')])).AssertRefused(expected);

    [Fact]
    public async Task RunAsync_OfASmallPool_ShowsEachCase()
    {
        var run = await OcRun.ExecuteAsync("bench", "scheduler", "--accelerators", "16", "--jobs", "8", "--types", "2", "--rounds", "1", "--decisions", "1");

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("elastic", run.Output);
        Assert.Contains("gangs", run.Output);
    }
}
