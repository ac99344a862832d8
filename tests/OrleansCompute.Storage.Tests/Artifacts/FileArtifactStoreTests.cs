using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Storage.Artifacts;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Artifacts;

public sealed class FileArtifactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileArtifactStore _store;

    public FileArtifactStoreTests() => _store = Open();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(0), InlineData(1), InlineData(131_072), InlineData(300_001)]
    public async Task PutAsync_WhenRead_GivesTheSameBytes(int length)
    {
        var content = Content(length);

        var info = await PutAsync(content);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), info.Sha256);
        Assert.Equal(length, info.SizeBytes);
        Assert.Equal(info, _store.Find(info.Sha256));
        Assert.Equal(content, Read(_store, info.Sha256));
        Assert.Single(Files());
    }

    [Fact]
    public async Task OpenRead_WhenSeeking_ReadsFromThere()
    {
        var content = Content(1000);
        var info = await PutAsync(content);

        using var stream = _store.OpenRead(info.Sha256);
        stream.Position = 900;
        var rest = new byte[100];
        stream.ReadExactly(rest);

        Assert.Equal(content[900..], rest);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task PutAsync_WhenLongerThanAllowed_RefusesAndLeavesNothing(bool seekable)
    {
        using var stream = new TestStream(Content(200_000), seekable);

        var refusal = await Assert.ThrowsAsync<FabricRefusedException>(() => _store.PutAsync(stream, 199_999, CancellationToken.None));

        Assert.Contains("199999", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task PutAsync_WhenExactlyAsLongAsAllowed_Stores()
    {
        using var stream = new TestStream(Content(200_000), canSeek: false);

        Assert.Equal(200_000, (await _store.PutAsync(stream, 200_000, CancellationToken.None)).SizeBytes);
    }

    [Fact]
    public async Task PutAsync_WhenTheContentBreaksOff_LeavesNothing()
    {
        using var stream = new TestStream(Content(200_000), canSeek: false) { FailAt = 150_000 };

        await Assert.ThrowsAsync<IOException>(() => _store.PutAsync(stream, long.MaxValue, CancellationToken.None));

        Assert.Empty(Files());
    }

    [Fact]
    public async Task PutAsync_WhenCancelled_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        using var stream = new TestStream(Content(200_000), canSeek: false) { AtEnd = cancellation.Cancel };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.PutAsync(stream, long.MaxValue, cancellation.Token));

        Assert.Empty(Files());
    }

    [Fact]
    public async Task PutAsync_WhenManyPutTheSame_StoresItOnce()
    {
        var content = Content(100_000);

        var infos = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => PutAsync(content)))).OrFailAsync("16 uploads ended");

        Assert.Single(infos.Distinct());
        Assert.Single(Files());
        Assert.Equal(content, Read(_store, infos[0].Sha256));
    }

    [Fact]
    public async Task PutAsync_WhenAReaderHasItOpen_TheReaderReadsOn()
    {
        var content = Content(100_000);
        var info = await PutAsync(content);
        using var stream = _store.OpenRead(info.Sha256);

        await PutAsync(content);

        var read = new byte[content.Length];
        stream.ReadExactly(read);
        Assert.Equal(content, read);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenRead_WhenTheFileWasTampered_RefusesUntilUploadedAgain(bool sameLength)
    {
        var content = Content(5000);
        var info = await PutAsync(content);
        var path = Files().Single();
        var tampered = content.ToArray();
        tampered[2500] ^= 1;
        File.WriteAllBytes(path, sameLength ? tampered : tampered[..4000]);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));

        var failure = Assert.Throws<FabricStorageException>(() => _store.OpenRead(info.Sha256));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Throws<FabricStorageException>(() => Open().OpenRead(info.Sha256));

        await PutAsync(content);
        Assert.Equal(content, Read(_store, info.Sha256));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("../0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\0")]
    public void Find_WhenTheNameIsNoHash_Refuses(string name)
    {
        Assert.Throws<FabricRefusedException>(() => _store.Find(name));
        Assert.Throws<FabricRefusedException>(() => _store.OpenRead(name));
    }

    [Fact]
    public void OpenRead_WhenThereIsNone_Refuses()
    {
        var absent = new string('a', 64);

        Assert.Null(_store.Find(absent));
        Assert.Contains(absent, Assert.Throws<FabricRefusedException>(() => _store.OpenRead(absent)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenAProcessDiedWhileWriting_RemovesWhatItLeft()
    {
        var info = await PutAsync(Content(10));
        var stale = Path.Combine(_folder.Path, ".incoming", "0123456789abcdef0123456789abcdef");
        File.WriteAllText(stale, "half");

        var reopened = Open();

        Assert.False(File.Exists(stale));
        Assert.NotNull(reopened.Find(info.Sha256));
    }

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static byte[] Read(FileArtifactStore store, string sha256)
    {
        using var stream = store.OpenRead(sha256);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private FileArtifactStore Open() => new(_folder.Path, NullLogger<FileArtifactStore>.Instance);

    private Task<ArtifactInfo> PutAsync(byte[] content) => _store.PutAsync(new MemoryStream(content), long.MaxValue, CancellationToken.None);

    private string[] Files() => Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);

    /// <summary>A stream that cannot seek, or breaks off.</summary>
    private sealed class TestStream(byte[] content, bool canSeek) : MemoryStream(content)
    {
        public long FailAt { get; init; } = long.MaxValue;

        public Action? AtEnd { get; init; }

        public override bool CanSeek => canSeek;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= FailAt)
            {
                throw new IOException("broken off");
            }

            var read = Read(buffer.Span[..Math.Min(buffer.Length, 10_000)]);
            if (read == 0)
            {
                AtEnd?.Invoke();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return ValueTask.FromResult(read);
        }
    }
}
