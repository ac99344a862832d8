using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansCompute.Edge.Agent.Configuration;
using OrleansCompute.Edge.Agent.Tests.Models;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Security;
using OrleansCompute.Edge.Protocol.Topics;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests;

/// <summary>Whole agents over real sockets, against the real broker with a scripted fabric behind it.</summary>
public sealed class EdgeAgentTests : IAsyncLifetime, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TemporaryFolder _folder = new();
    private readonly BrokerFabric _fabric = new();
    private readonly CancellationTokenSource _stop = new();

    public Task InitializeAsync() => _fabric.StartAsync();

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _fabric.StopAsync();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_WhenModelIsOffered_ClassifiesEveryImageOnceAndSendsEveryReading()
    {
        var options = Options();
        options.Camera = new CameraOptions { ImagesPath = Repository.TestImages, Start = 2, Stride = 3, Count = 700 };
        options.Mote = new MoteOptions { Path = Repository.SensorCsv, MoteId = 4, ReadingsPerSecond = 50_000 };
        var running = new EdgeAgent(options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await OfferAsync(OnnxModelRuntimeTests.SmallModel(), version: 1, issue: 1);
        await _fabric.WhenAsync(() => _fabric.Results.Count >= 700, "700 results arrived");
        await _fabric.WhenAsync(() => _fabric.Readings.Count >= 5041, "5041 readings arrived");
        await _fabric.WhenAsync(() => _fabric.Reports.Any(report => report.UpdateState == UpdateState.Running), "Running was reported");
        Assert.Equal(Enumerable.Range(0, 700).Select(i => 2L + (3 * i)), _fabric.Results.Keys.Order());
        Assert.All(_fabric.Results.Values, count => Assert.Equal(1, count));
        Assert.Equal(Enumerable.Range(1, 5041).Select(i => (long)i), _fabric.Readings.Keys);
        Assert.All(
            _fabric.Readings.Values, reading => Assert.Equal(["temperature", "humidity"], reading.Values.Select(value => value.Name)));
        await _stop.CancelAsync();
        await running.OrFailAsync("the agent stopped");
    }

    [Fact]
    public async Task Run_WhenBrokerGoesAwayAndAgentRestarts_LosesNoReading()
    {
        var options = Options();
        options.Mote = new MoteOptions { Path = Repository.SensorCsv, MoteId = 3, ReadingsPerSecond = 20_000 };
        using var firstStop = new CancellationTokenSource();
        var first = new EdgeAgent(options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(firstStop.Token);
        await _fabric.WhenAsync(() => _fabric.Readings.Count >= 500, "500 readings arrived");
        await _fabric.StopAsync();
        await firstStop.CancelAsync();
        await first.OrFailAsync("the agent stopped");
        var second = new EdgeAgent(options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await _fabric.StartAsync();
        await _fabric.WhenAsync(() => _fabric.Readings.Count >= 5039, "5039 readings arrived");
        Assert.Equal(Enumerable.Range(1, 5039).Select(i => (long)i), _fabric.Readings.Keys);
        await _stop.CancelAsync();
        await second.OrFailAsync("the agent stopped");
    }

    [Fact]
    public async Task Run_WhenTheFabricsStoreFailsForAWhile_SendsEverythingAgain()
    {
        _fabric.Fails = (channel, attempt) => attempt <= channel switch
        {
            DeviceChannel.Telemetry => 40,
            DeviceChannel.ModelFetch => 4,
            _ => 2,
        };
        var options = Options();
        options.FetchTimeoutSeconds = 1;
        options.Camera = new CameraOptions { ImagesPath = Repository.TestImages, Start = 2, Stride = 3, Count = 700 };
        options.Mote = new MoteOptions { Path = Repository.SensorCsv, MoteId = 4, ReadingsPerSecond = 50_000 };
        var running = new EdgeAgent(options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await OfferAsync(OnnxModelRuntimeTests.SmallModel(), version: 1, issue: 1);
        await _fabric.WhenAsync(() => _fabric.Results.Count >= 700, "700 results arrived");
        await _fabric.WhenAsync(() => _fabric.Readings.Count >= 5041, "5041 readings arrived");
        await _fabric.WhenAsync(() => _fabric.Reports.Any(report => report.UpdateState == UpdateState.Running), "Running was reported");
        Assert.All(_fabric.Results.Values, count => Assert.Equal(1, count));
        Assert.Equal(Enumerable.Range(1, 5041).Select(i => (long)i), _fabric.Readings.Keys);
        await _stop.CancelAsync();
        await running.OrFailAsync("the agent stopped");
    }

    [Fact]
    public async Task Run_WhenRestartedInTheMiddle_ClassifiesNoAcknowledgedImageAgain()
    {
        var options = Options();
        options.InferenceBatchResults = 50;
        options.Camera = new CameraOptions { ImagesPath = Repository.TestImages, Count = 700 };

        // The ninth message fails for as long as the first agent runs: eight are acknowledged by then.
        var stopping = false;
        _fabric.Fails = (channel, attempt) => channel == DeviceChannel.Inference && attempt > 8 && !Volatile.Read(ref stopping);
        using var firstStop = new CancellationTokenSource();
        var first = new EdgeAgent(options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(firstStop.Token);
        await OfferAsync(OnnxModelRuntimeTests.SmallModel(), version: 1, issue: 1);
        await _fabric.WhenAsync(() => _fabric.Attempts(DeviceChannel.Inference) > 8, "the ninth message came");
        await firstStop.CancelAsync();
        await first.OrFailAsync("the agent stopped");
        Volatile.Write(ref stopping, true);

        var second = new EdgeAgent(options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await _fabric.WhenAsync(() => _fabric.Results.Count >= 700, "700 results arrived");

        Assert.Equal(Enumerable.Range(0, 700).Select(i => (long)i), _fabric.Results.Keys.Order());
        Assert.All(_fabric.Results.Values, count => Assert.Equal(1, count));
        await _stop.CancelAsync();
        await second.OrFailAsync("the agent stopped");
    }

    [Fact]
    public async Task Run_WhenPackageIsTampered_ReportsTheRefusal()
    {
        var running = new EdgeAgent(Options(), NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await OfferAsync(OnnxModelRuntimeTests.SmallModel(), version: 1, issue: 1);
        await _fabric.WhenAsync(() => _fabric.Reports.Any(report => report.UpdateState == UpdateState.Running), "Running was reported");
        await OfferAsync(OnnxModelRuntimeTests.SmallModel(2), version: 2, issue: 2, tamperAt: 777);
        await _fabric.WhenAsync(() => _fabric.Reports.Any(report => report.UpdateState == UpdateState.Refused), "Refused was reported");
        var refused = _fabric.Reports.Last(report => report.UpdateState == UpdateState.Refused);
        Assert.Equal(1, refused.ModelVersion);
        Assert.Contains("SHA-256", refused.Detail, StringComparison.Ordinal);
        await _stop.CancelAsync();
        await running.OrFailAsync("the agent stopped");
    }

    [Fact]
    public async Task Run_WhenGarbageArrives_GoesOn()
    {
        var running = new EdgeAgent(Options(), NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await _fabric.WhenAsync(() => _fabric.Reports.Count > 0, "the agent reported");
        foreach (var tail in new[] { "state/desired", "cmd/1", "model/fashion/chunk", "model/Fashion/chunk", "model/fashion/offer" })
        {
            await _fabric.PublishAsync(Root + tail, [0xc1, 0xff, 0x00]);
        }

        await _fabric.WhenAsync(
            () => _fabric.Reports.Any(report => report.UpdateState == UpdateState.Refused), "the bad offer was refused");
        var ping = new ArrayBufferWriter<byte>();
        CommandRequestCodec.Encode(ping, new CommandRequest { Id = "2", Name = "ping" });
        await _fabric.PublishAsync(Root + "cmd/2", ping.WrittenMemory.ToArray());
        var format = new ArrayBufferWriter<byte>();
        CommandRequestCodec.Encode(format, new CommandRequest { Id = "3", Name = "format-disk" });
        await _fabric.PublishAsync(Root + "cmd/3", format.WrittenMemory.ToArray());
        await _fabric.WhenAsync(() => _fabric.CommandResults.Count == 2, "both commands were answered");
        Assert.Equal(CommandStatus.Succeeded, _fabric.CommandResults["2"].Status);
        Assert.Equal(CommandStatus.Refused, _fabric.CommandResults["3"].Status);
        await _stop.CancelAsync();
        await running.OrFailAsync("the agent stopped");
    }

    [Fact]
    public async Task Run_WhenPasswordIsWrong_StopsAndSaysWhatToCheck()
    {
        var options = Options();
        options.Password = "wrong";
        var error = await Assert.ThrowsAsync<AgentStoppedException>(
            () => new EdgeAgent(options, NullLoggerFactory.Instance,
                TimeProvider.System).RunAsync(_stop.Token).OrFailAsync("the agent gave up"));
        Assert.Contains("acme/cam-1", error.Message, StringComparison.Ordinal);
        Assert.Contains("password", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenAnotherAgentIsTheSameDevice_TheFirstStops()
    {
        var first = new EdgeAgent(Options(), NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await _fabric.WhenAsync(() => _fabric.Reports.Count > 0, "the first agent reported");
        var options = Options();
        options.StateDirectory = _folder["other"];
        var second = new EdgeAgent(options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        var error = await Assert.ThrowsAsync<AgentStoppedException>(() => first.OrFailAsync("the first agent stopped"));
        Assert.Contains("acme/cam-1", error.Message, StringComparison.Ordinal);
        Assert.False(second.IsCompleted);
        await _stop.CancelAsync();
        await second.OrFailAsync("the second agent stopped");
    }

    [Fact]
    public async Task Run_WhenStateDirectoryIsInUse_Fails()
    {
        var first = new EdgeAgent(Options(), NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token);
        await Assert.ThrowsAsync<IOException>(
            () => new EdgeAgent(Options(), NullLoggerFactory.Instance, TimeProvider.System).RunAsync(_stop.Token));
        await _stop.CancelAsync();
        await first.OrFailAsync("the agent stopped");
    }

    [Fact]
    public void Create_WhenSettingsAreWrong_NamesThem()
    {
        var error = Assert.Throws<OptionsValidationException>(
            () => new EdgeAgent(new AgentOptions { Tenant = "A" }, NullLoggerFactory.Instance, TimeProvider.System));
        Assert.Contains("'A'", error.Message, StringComparison.Ordinal);
        Assert.True(error.Failures.Count() > 2);
    }

    private const string Root = "oc/v1/acme/cam-1/";

    private AgentOptions Options() => new()
    {
        Tenant = "acme", Device = "cam-1", Port = _fabric.Port, Password = BrokerFabric.Password, StateDirectory = _folder["state"],
        ModelPublicKey = ModelSignature.ExportPublicKey(_key), TelemetryBatchReadings = 50,
    };

    private async Task OfferAsync(byte[] package, int version, long issue, int? tamperAt = null)
    {
        await _fabric.WhenAsync(() => _fabric.Reports.Count > 0, "the agent reported");
        var offer = ModelSignature.Sign(_key, new ModelOffer
        {
            Tenant = "acme", Name = "fashion", Version = version,
            Issue = issue, SizeBytes = package.Length, Sha256 = SHA256.HashData(package),
            Signature = default, ChunkBytes = 4096,
        });
        if (tamperAt is { } at)
        {
            package[at] ^= 1;
        }

        _fabric.Package = package;
        var output = new ArrayBufferWriter<byte>();
        ModelOfferCodec.Encode(output, offer);
        await _fabric.PublishAsync(Root + "model/fashion/offer", output.WrittenSpan.ToArray());
    }
}
