using OrleansCompute.TestKit;
using OrleansCompute.Training.Checkpoints;

namespace OrleansCompute.Training.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task SaveAsync_OverAnOlderOne_ReplacesItAndLeavesNothingElse()
    {
        var file = new CheckpointFile(_folder["run.ckpt"]);
        Assert.Null(await file.TryLoadAsync(CancellationToken.None));

        await file.SaveAsync(CheckpointCodecTests.Create([1], 1), CancellationToken.None);
        await file.SaveAsync(CheckpointCodecTests.Create([1, 2], 2), CancellationToken.None);

        var loaded = await file.TryLoadAsync(CancellationToken.None);
        Assert.Equal([1, 2], loaded!.Parameters);
        Assert.Equal([_folder["run.ckpt"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task SaveAsync_WhenCancelled_KeepsTheOldOne()
    {
        var file = new CheckpointFile(_folder["run.ckpt"]);
        await file.SaveAsync(CheckpointCodecTests.Create([1], 1), CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => file.SaveAsync(CheckpointCodecTests.Create([2], 1), new CancellationToken(canceled: true)));

        var loaded = await file.TryLoadAsync(CancellationToken.None);
        Assert.Equal([1], loaded!.Parameters);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task TryLoadAsync_OfAnotherFile_SaysSo()
    {
        await File.WriteAllTextAsync(_folder["run.ckpt"], "no checkpoint");
        await Assert.ThrowsAsync<CheckpointFormatException>(() => new CheckpointFile(_folder["run.ckpt"]).TryLoadAsync(CancellationToken.None));
    }

    public void Dispose() => _folder.Dispose();
}
