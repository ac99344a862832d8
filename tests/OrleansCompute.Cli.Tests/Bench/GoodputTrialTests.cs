using OrleansCompute.Cli.Bench;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Bench;

public sealed class GoodputTrialTests
{
    [Fact]
    public async Task StartAsync_WhenTheImagesCannotBeSent_StopsItsServer()
    {
        using var folder = new TemporaryFolder();
        var plan = new GoodputPlan("mlp", folder["images"], 1, 16, 32, 1);

        await Assert.ThrowsAnyAsync<Exception>(() => GoodputTrial.StartAsync(plan, folder["data"], TimeProvider.System, CancellationToken.None));

        // Which holds it as long as it runs.
        var held = Assert.Single(Directory.GetFiles(folder.Path, "fabric.lock", SearchOption.AllDirectories));
        await using var free = new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(free.CanWrite);
    }
}
