using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Bench;

public sealed class BenchGoodputCommandTests
{
    [Theory]
    [InlineData("--seeds", "0", "--seeds is 0; allowed 1 to 100")]
    [InlineData("--model", "transformer", "--model is 'transformer'; allowed mlp, cnn")]
    public async Task Goodput_WithASillyValue_IsRefusedWithTheRange(string option, string value, string expected) =>
        (await OcRun.ExecuteAsync("bench", "goodput", option, value)).AssertRefused(expected);

    [Fact]
    public async Task Goodput_WithoutItsImages_SaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();

        (await OcRun.ExecuteAsync("bench", "goodput", "--images", folder.Path)).AssertRefused("lacks train-images-idx3-ubyte.gz", "dataset-fashion-mnist");
    }
}
