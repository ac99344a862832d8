using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Edge.Agent.Models;
using OrleansCompute.Edge.Agent.Reporting;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Security;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Models;

/// <summary>An updater with the fabric's side of the exchange in memory: signs offers and answers requests for pieces.</summary>
internal sealed class ModelFabric : IDisposable
{
    public const string Model = "fashion";
    private readonly List<ModelFetch> _fetches = [];
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private ECDsa? _publicKey;

    public TemporaryFolder Folder { get; } = new();

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ScriptedConnection Connection { get; } = new();

    public ModelSlot Slot { get; private set; } = new();

    public AgentStatus Status { get; private set; } = null!;

    public ModelUpdater Updater { get; private set; } = null!;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the fabric sends for a request; default: the piece of the package.</summary>
    public Func<ModelFetch, byte[], IEnumerable<ModelChunk>> Answer { get; set; } = (fetch, package) => [Piece(fetch, package)];

    /// <summary>The package that requests are answered from.</summary>
    public byte[] Package { get; set; } = NewPackage(1);

    public IReadOnlyList<ModelFetch> Fetches
    {
        get
        {
            lock (_fetches)
            {
                return [.. _fetches];
            }
        }
    }

    public static byte[] NewPackage(byte label, int length = 10_000)
    {
        var package = new byte[length];
        new Random(label).NextBytes(package);
        package[0] = label;
        return package;
    }

    public static ModelChunk Piece(ModelFetch fetch, byte[] package) => new()
    {
        Version = fetch.Version, Issue = fetch.Issue, Offset = fetch.Offset, TotalBytes = package.Length,
        Data = package.AsMemory((int)fetch.Offset, (int)Math.Min(fetch.Length, package.Length - fetch.Offset)),
    };

    public ModelOffer Offer(int version, long issue, ECDsa? key = null, string tenant = "acme") =>
        ModelSignature.Sign(key ?? Key, new ModelOffer
    {
        Tenant = tenant, Name = Model, Version = version, Issue = issue, SizeBytes = Package.Length, Sha256 = SHA256.HashData(Package),
        Signature = default, ChunkBytes = 1024,
    });

    /// <summary>Starts an agent's updater on the folder; a second call is a restart.</summary>
    public async Task StartAsync(long maxModelBytes = 1 << 20)
    {
        await StopAsync();
        (_stop, Slot, Status) = (new CancellationTokenSource(), new ModelSlot(), new AgentStatus("1.0", () => 0, () => 0));
        lock (_fetches)
        {
            _fetches.Clear();
        }

        _publicKey = ModelSignature.ImportPublicKey(ModelSignature.ExportPublicKey(Key));
        Updater = new ModelUpdater(
            new ModelUpdaterSettings("acme", "cam-1", 4, TimeSpan.FromSeconds(10), maxModelBytes, default),
            _publicKey, ModelStore.Open(Folder.Path), new FakeRuntime(), Slot, Connection, Status, Time, NullLogger<ModelUpdater>.Instance);
        Connection.OnPublish = (topic, payload) =>
        {
            Assert.Equal("oc/v1/acme/cam-1/model/fashion/fetch", topic);
            Assert.True(ModelFetchCodec.TryDecode(new ReadOnlySequence<byte>(payload), out var fetch, out var error), error);
            lock (_fetches)
            {
                _fetches.Add(fetch);
            }

            foreach (var chunk in Answer(fetch, Package))
            {
                Updater.OnChunk(Model, chunk);
            }

            return Task.CompletedTask;
        };
        await Updater.RestoreAsync(default);
        _running = Updater.RunAsync(_stop.Token);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _publicKey?.Dispose();
        Slot.Dispose();
    }

    /// <summary>The next report of a change; every one must come in this order.</summary>
    public async Task<DeviceReport> NextReportAsync(UpdateState expected)
    {
        var report = await Status.Transitions.ReadAsync().AsTask().OrFailAsync($"a report of {expected}");
        Assert.True(expected == report.UpdateState, $"{report.UpdateState} ({report.Detail}) came, {expected} was expected");
        return report;
    }

    /// <summary>Offers, and expects the model to run in the end.</summary>
    public async Task<DeviceReport> InstallAsync(ModelOffer offer)
    {
        Updater.OnOffer(Model, offer);
        await NextReportAsync(UpdateState.Downloading);
        await NextReportAsync(UpdateState.Verifying);
        await NextReportAsync(UpdateState.Trying);
        return await NextReportAsync(UpdateState.Running);
    }

    /// <summary>The class that the running model answers with; -1 while none runs.</summary>
    public int Label() => Slot.TryClassify(new byte[784], out _, out var result) ? result.Label : -1;

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        Key.Dispose();
        Folder.Dispose();
    }
}
