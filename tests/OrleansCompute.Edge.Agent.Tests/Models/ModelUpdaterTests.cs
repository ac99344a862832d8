using System.Security.Cryptography;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Models;

public sealed class ModelUpdaterTests : IAsyncLifetime, IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ModelFabric _fabric;

    public ModelUpdaterTests() => _fabric = new ModelFabric { Time = _clock };

    public Task InitializeAsync() => _fabric.StartAsync();

    public Task DisposeAsync() => _fabric.StopAsync();

    public void Dispose() => _fabric.Dispose();

    [Fact]
    public async Task Offer_WhenGenuine_FetchesEveryPieceOnceAndRuns()
    {
        var report = await _fabric.InstallAsync(_fabric.Offer(3, 7));
        Assert.Equal((ModelFabric.Model, 3), (report.ModelName, report.ModelVersion));
        Assert.Equal(1, _fabric.Label());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 1024L), _fabric.Fetches.Select(fetch => fetch.Offset).Order());
        Assert.All(
            _fabric.Fetches, fetch => Assert.Equal((3, 7L, fetch.Offset == 9216 ? 784 : 1024), (fetch.Version, fetch.Issue, fetch.Length)));
    }

    [Fact]
    public async Task Offer_WhenNewer_SwapsAndRollBackWithNewIssueSwapsBack()
    {
        await _fabric.InstallAsync(_fabric.Offer(1, 1));
        var first = _fabric.Package;
        _fabric.Package = ModelFabric.NewPackage(2);
        Assert.Equal(2, (await _fabric.InstallAsync(_fabric.Offer(2, 2))).ModelVersion);
        Assert.Equal(2, _fabric.Label());
        _fabric.Package = first;
        Assert.Equal(1, (await _fabric.InstallAsync(_fabric.Offer(1, 3))).ModelVersion);
        Assert.Equal(1, _fabric.Label());
        Assert.Single(Directory.GetFiles(_fabric.Folder["models"], "*.onnx", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Offer_WhenPackageIsTampered_IsRefusedAndTheOldModelGoesOn()
    {
        await _fabric.InstallAsync(_fabric.Offer(1, 1));
        _fabric.Package = ModelFabric.NewPackage(2);
        var offer = _fabric.Offer(2, 2);
        _fabric.Package[5_000] ^= 1;
        _fabric.Updater.OnOffer(ModelFabric.Model, offer);
        await _fabric.NextReportAsync(UpdateState.Downloading);
        await _fabric.NextReportAsync(UpdateState.Verifying);
        var report = await _fabric.NextReportAsync(UpdateState.Refused);
        Assert.Equal((1, 1), (report.ModelVersion, _fabric.Label()));
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(_fabric.Package)), report.Detail, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(offer.Sha256.Span), report.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_fabric.Folder["models"], "*.part", SearchOption.AllDirectories));

        // The genuine package under the same offer is welcome afterwards.
        _fabric.Package[5_000] ^= 1;
        Assert.Equal(2, (await _fabric.InstallAsync(offer)).ModelVersion);
    }

    [Fact]
    public async Task Offer_WhenNotAcceptable_IsRefusedWithoutFetching()
    {
        await _fabric.InstallAsync(_fabric.Offer(2, 5));
        var fetched = _fabric.Fetches.Count;
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(_fabric.Offer(1, 4), "issue 4");
        await RefusedAsync(_fabric.Offer(3, 5), "issue 5");
        await RefusedAsync(_fabric.Offer(3, 6, otherKey), "signature");
        await RefusedAsync(_fabric.Offer(3, 6) with { Version = 4 }, "signature");
        await RefusedAsync(_fabric.Offer(3, 6, tenant: "globex"), "'globex'");
        _fabric.Package = ModelFabric.NewPackage(2, (1 << 20) + 1);
        await RefusedAsync(_fabric.Offer(3, 6), "1048577");
        Assert.Equal(fetched, _fabric.Fetches.Count);
        Assert.Equal(1, _fabric.Label());

        async Task RefusedAsync(ModelOffer offer, string expected)
        {
            _fabric.Updater.OnOffer(ModelFabric.Model, offer);
            var report = await _fabric.NextReportAsync(UpdateState.Refused);
            Assert.Contains(expected, report.Detail, StringComparison.Ordinal);
            Assert.Equal((2, offer.Issue), (report.ModelVersion, report.UpdateIssue));
        }
    }

    [Fact]
    public async Task Offer_WhenOfOtherModelThanItsTopic_IsRefused()
    {
        _fabric.Updater.OnOffer("shoes", _fabric.Offer(1, 1));
        Assert.Contains("'shoes'", (await _fabric.NextReportAsync(UpdateState.Refused)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offer_WhenItRunsAlready_ReportsRunningWithoutFetching()
    {
        var offer = _fabric.Offer(1, 1);
        await _fabric.InstallAsync(offer);
        _fabric.Updater.OnOffer(ModelFabric.Model, _fabric.Offer(2, 1));
        Assert.Equal(1, (await _fabric.NextReportAsync(UpdateState.Refused)).UpdateIssue);
        _fabric.Updater.OnOffer(ModelFabric.Model, offer);
        Assert.Equal(1, (await _fabric.NextReportAsync(UpdateState.Running)).UpdateIssue);
        Assert.Equal(10, _fabric.Fetches.Count);
    }

    [Theory]
    [InlineData(FakeRuntime.DoesNotLoad, "unsupported operator 'Fake'")]
    [InlineData(FakeRuntime.AnswersNaN, "NaN")]
    public async Task Offer_WhenModelCannotRun_FailsAndTheOldModelGoesOn(byte label, string expected)
    {
        await _fabric.InstallAsync(_fabric.Offer(1, 1));
        _fabric.Package = ModelFabric.NewPackage(label);
        _fabric.Updater.OnOffer(ModelFabric.Model, _fabric.Offer(2, 2));
        await _fabric.NextReportAsync(UpdateState.Downloading);
        await _fabric.NextReportAsync(UpdateState.Verifying);
        await _fabric.NextReportAsync(UpdateState.Trying);
        var report = await _fabric.NextReportAsync(UpdateState.Failed);
        Assert.Contains(expected, report.Detail, StringComparison.Ordinal);
        Assert.Equal((1, 1), (report.ModelVersion, _fabric.Label()));
    }

    [Fact]
    public async Task Fetch_WhenPiecesAreLostForgedOrOutOfOrder_CompletesAllTheSame()
    {
        var calls = 0;
        ModelFetch? held = null;
        var asked = new TaskCompletionSource();
        _fabric.Answer = (fetch, package) =>
        {
            switch (++calls)
            {
                case 1:
                    held = fetch;
                    return [];
                case 2:
                    // Another version, a wrong length, a wrong total, a place that nobody asked for; then the second piece before
                    // the first.
                    var piece = ModelFabric.Piece(fetch, package);
                    return
                    [
                        piece with { Version = 9 },
                        ModelFabric.Piece(held!, package) with { Data = new byte[10] }, piece with { TotalBytes = 20_000 },
                        piece with { Offset = 7, Data = new byte[1024] },
                        piece with { Offset = 8192 }, piece, ModelFabric.Piece(held!, package), piece,
                    ];
                case 5:
                    asked.TrySetResult();
                    return [];
                default:
                    return [ModelFabric.Piece(fetch, package)];
            }
        };
        _fabric.Updater.OnOffer(ModelFabric.Model, _fabric.Offer(1, 1));
        await _fabric.NextReportAsync(UpdateState.Downloading);
        await asked.Task.OrFailAsync("the fifth piece was asked for");

        // The fifth never comes: after the timeout it is asked for again.
        var next = _fabric.NextReportAsync(UpdateState.Verifying);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(11));
                return next.IsCompleted;
            },
            TimeSpan.FromSeconds(30)), "the download never completed");
        await next;
        await _fabric.NextReportAsync(UpdateState.Trying);
        await _fabric.NextReportAsync(UpdateState.Running);
        Assert.True(_fabric.Fetches.Count > 10);
    }

    [Fact]
    public async Task Fetch_WhenAgentRestarts_GoesOnWhereItEnded()
    {
        var reached = new TaskCompletionSource();
        _fabric.Answer = (fetch, package) =>
        {
            if (fetch.Offset >= 6144)
            {
                reached.TrySetResult();
                return [];
            }

            return [ModelFabric.Piece(fetch, package)];
        };
        var offer = _fabric.Offer(1, 1);
        _fabric.Updater.OnOffer(ModelFabric.Model, offer);
        await _fabric.NextReportAsync(UpdateState.Downloading);
        await reached.Task.OrFailAsync("the seventh piece was asked for");
        _fabric.Answer = (fetch, package) => [ModelFabric.Piece(fetch, package)];
        await _fabric.StartAsync();
        await _fabric.NextReportAsync(UpdateState.Downloading);
        await _fabric.NextReportAsync(UpdateState.Verifying);
        await _fabric.NextReportAsync(UpdateState.Trying);
        await _fabric.NextReportAsync(UpdateState.Running);
        Assert.Equal(1, _fabric.Label());
        Assert.InRange(_fabric.Fetches[0].Offset, 1024, 6144);
        Assert.Equal(offer.SizeBytes, _fabric.Fetches[^1].Offset + _fabric.Fetches[^1].Length);
    }

    [Fact]
    public async Task Fetch_WhenWhatLayOnDiskIsDamaged_FetchesEverythingOnceMore()
    {
        var offer = _fabric.Offer(1, 1);
        Directory.CreateDirectory(Path.Combine(_fabric.Folder["models"], ModelFabric.Model));
        await File.WriteAllBytesAsync(Path.Combine(_fabric.Folder["models"], ModelFabric.Model, "1.part"), new byte[4096 + 100]);
        _fabric.Updater.OnOffer(ModelFabric.Model, offer);
        await _fabric.NextReportAsync(UpdateState.Downloading);
        await _fabric.NextReportAsync(UpdateState.Verifying);
        await _fabric.NextReportAsync(UpdateState.Downloading);
        await _fabric.NextReportAsync(UpdateState.Verifying);
        await _fabric.NextReportAsync(UpdateState.Trying);
        await _fabric.NextReportAsync(UpdateState.Running);
        Assert.Equal(4096, _fabric.Fetches[0].Offset);
        Assert.Equal(6 + 10, _fabric.Fetches.Count);
    }

    [Fact]
    public async Task Restart_WhenAModelRan_RunsItWithoutAConnectionAndRemembersTheIssue()
    {
        var offer = _fabric.Offer(4, 9);
        await _fabric.InstallAsync(offer);
        await _fabric.StartAsync();
        var report = await _fabric.NextReportAsync(UpdateState.Running);
        Assert.Equal((4, 1, 9), (report.ModelVersion, _fabric.Label(), report.UpdateIssue));
        Assert.Empty(_fabric.Fetches);
        _fabric.Updater.OnOffer(ModelFabric.Model, _fabric.Offer(3, 8));
        Assert.Contains("above 9", (await _fabric.NextReportAsync(UpdateState.Refused)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_WhenTheStoredModelWasChanged_DoesNotRunIt()
    {
        await _fabric.InstallAsync(_fabric.Offer(4, 9));
        var path = Directory.GetFiles(_fabric.Folder["models"], "*.onnx", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await _fabric.StartAsync();
        Assert.Contains("SHA-256", (await _fabric.NextReportAsync(UpdateState.Failed)).Detail, StringComparison.Ordinal);
        Assert.Equal(-1, _fabric.Label());
    }

    [Fact]
    public async Task Offer_WhenItsRefusalCrossesANewerOffer_EveryReportNamesItsOwnOffer()
    {
        await _fabric.InstallAsync(_fabric.Offer(1, 1));
        _fabric.Package = ModelFabric.NewPackage(2);
        var genuine = _fabric.Offer(2, 2);
        _fabric.Package[5_000] ^= 1;
        _fabric.Updater.OnOffer(ModelFabric.Model, genuine);
        Assert.Equal(2, (await _fabric.NextReportAsync(UpdateState.Downloading)).UpdateIssue);
        Assert.Equal(2, (await _fabric.NextReportAsync(UpdateState.Verifying)).UpdateIssue);
        var refused = await _fabric.NextReportAsync(UpdateState.Refused);

        // The fabric has not seen the refusal yet, and offers the next issue.
        _fabric.Package = ModelFabric.NewPackage(3);
        var running = await _fabric.InstallAsync(_fabric.Offer(3, 3));

        // A refusal of a further one does not make the running model's number its own, in the repeated report neither.
        _fabric.Updater.OnOffer(ModelFabric.Model, _fabric.Offer(4, 4) with { Version = 5 });
        var last = await _fabric.NextReportAsync(UpdateState.Refused);

        Assert.Equal((2, 1), (refused.UpdateIssue, refused.ModelVersion));
        Assert.Equal((3, 3), (running.UpdateIssue, running.ModelVersion));
        Assert.Equal((4, 3), (last.UpdateIssue, last.ModelVersion));
        var repeated = _fabric.Status.Snapshot();
        Assert.Equal((UpdateState.Refused, 4, 3), (repeated.UpdateState, repeated.UpdateIssue, repeated.ModelVersion));
    }

    [Fact]
    public async Task Offer_WhenNewerComesWhileFetching_TakesItsPlace()
    {
        _fabric.Answer = (_, _) => [];
        _fabric.Updater.OnOffer(ModelFabric.Model, _fabric.Offer(1, 1));
        await _fabric.NextReportAsync(UpdateState.Downloading);
        _fabric.Answer = (fetch, package) => fetch.Issue == 2 ? [ModelFabric.Piece(fetch, package)] : [];
        _fabric.Package = ModelFabric.NewPackage(2);
        Assert.Equal(2, (await _fabric.InstallAsync(_fabric.Offer(2, 2))).ModelVersion);
        Assert.Equal(2, _fabric.Label());
    }
}
