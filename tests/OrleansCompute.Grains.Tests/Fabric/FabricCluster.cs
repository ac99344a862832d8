using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Datasets;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Grains.Hosting;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Storage;
using OrleansCompute.Storage.Hosting;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>A fabric of several silos in this process over one SQLite store, with one tenant and one pool.</summary>
public sealed class FabricCluster : IAsyncDisposable
{
    public const string TenantName = "acme";
    public const string PoolName = "default";
    private readonly TemporaryFolder _folder = new();
    private readonly List<TestNode> _nodes;
    private readonly ConcurrentDictionary<string, InProcessSiloHandle> _silos = new(StringComparer.Ordinal);
    private readonly List<InProcessSiloHandle> _killed = [];
    private readonly InProcessTestCluster _cluster;

    private FabricCluster(IEnumerable<TestNode> nodes, TimeProvider clock, Action<PoolOptions>? pool, Action<ISiloBuilder>? silo, StoreTrap? store)
    {
        _nodes = [.. nodes];
        Storage = FabricStorage.Open(_folder.Path, clock, NullLoggerFactory.Instance);
        var builder = new InProcessTestClusterBuilder((short)_nodes.Count);
        builder.ConfigureSilo((options, host) =>
        {
            var node = _nodes[IndexOf(options.SiloName)];
            host.Services.Replace(ServiceDescriptor.Singleton(clock));
            host.Services.AddSingleton<IModelSigner>(Signer);
            host.Services.Configure<SiloOptions>(named => named.SiloName = node.Name);
            host.Services.Configure<PoolOptions>(poolOptions => pool?.Invoke(poolOptions));
            silo?.Invoke(host);
            host.AddFabricGrainStorage(Storage);
            store?.Wrap(host.Services, Storage.GrainState);
            host.AddFabricGrains(offer =>
            {
                offer.Name = node.Name;
                offer.Pool = PoolName;
                offer.Host = node.Host;
                offer.MeasureFor = TimeSpan.FromMilliseconds(20);
                offer.Accelerators.Add(new AcceleratorOptions { Level = node.Level, ComputeShareFraction = node.ShareFraction, Device = node.Device, ScoreGflops = node.ScoreGflops });
            });
        });
        if (!ReferenceEquals(clock, TimeProvider.System))
        {
            // A silo holds calls to their time by its own clock, which the test may put forward.
            builder.ConfigureClient(client => client.Services.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromDays(1)));
        }

        _cluster = builder.Build();
    }

    public FabricStorage Storage { get; }

    public EcdsaModelSigner Signer { get; } = new();

    public IGrainFactory Grains => _cluster.Client;

    public IPoolGrain Pool => Grains.GetGrain<IPoolGrain>(PoolName);

    public ITenantGrain Tenant => Grains.GetGrain<ITenantGrain>(TenantName);

    public static async Task<FabricCluster> StartAsync(
        IEnumerable<TestNode> nodes, TimeProvider? clock = null, Action<PoolOptions>? pool = null, Action<ISiloBuilder>? silo = null, StoreTrap? store = null)
    {
        var fabric = new FabricCluster(nodes, clock ?? TimeProvider.System, pool, silo, store);
        await fabric._cluster.DeployAsync();
        foreach (var started in fabric._cluster.Silos)
        {
            fabric.Remember(started);
        }

        await fabric.Tenant.Configure(new TenantSpec { Name = TenantName });
        if (clock is null)
        {
            foreach (var node in fabric._nodes)
            {
                await fabric.JoinAsync(node.Name);
            }
        }

        return fabric;
    }

    public IDeviceGrain Device(string name) => Grains.GetGrain<IDeviceGrain>(FabricKey.Of(TenantName, name));

    public IModelGrain Model(string name) => Grains.GetGrain<IModelGrain>(FabricKey.Of(TenantName, name));

    public IDatasetGrain Dataset(string name) => Grains.GetGrain<IDatasetGrain>(FabricKey.Of(TenantName, name));

    public IJobGrain Job(string name) => Grains.GetGrain<IJobGrain>(FabricKey.Of(TenantName, name));

    public IRolloutGrain Rollout(string name) => Grains.GetGrain<IRolloutGrain>(FabricKey.Of(TenantName, name));

    public INodeGrain Node(string name) => Grains.GetGrain<INodeGrain>(name);

    public IUsageGrain Usage(string month) => Grains.GetGrain<IUsageGrain>(FabricKey.Of(TenantName, month));

    public async Task<string> PutAsync(byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        return (await Storage.Artifacts.PutAsync(stream, content.Length, CancellationToken.None)).Sha256;
    }

    /// <summary>Adds the sample data under a name.</summary>
    public async Task<DatasetVersion> AddDatasetAsync(string name, int count = 200, int seed = 1)
    {
        var (images, labels) = SampleData.Make(count, seed);
        return await Dataset(name).AddVersion(await PutAsync(images), await PutAsync(labels));
    }

    /// <summary>The accelerators of a node, past its grain.</summary>
    internal AcceleratorHost AcceleratorsOf(string node) => _silos[node].ServiceProvider.GetRequiredService<AcceleratorHost>();

    /// <summary>What a node does when it has started.</summary>
    public async Task<NodeSnapshot> JoinAsync(string node)
    {
        var snapshot = await Node(node).Measure();
        await Pool.Join(snapshot);
        return snapshot;
    }

    /// <summary>Starts one more node, which joins the pool.</summary>
    public async Task AddNodeAsync(TestNode node)
    {
        _nodes.Add(node);
        Remember(await _cluster.StartAdditionalSiloAsync());
        await JoinAsync(node.Name);
    }

    /// <summary>Kills nodes as if their processes had died; nobody tells the pool.</summary>
    public async Task KillQuietlyAsync(params IEnumerable<string> nodes)
    {
        foreach (var node in nodes)
        {
            _silos.TryRemove(node, out var silo);
            _killed.Add(silo!);
            await _cluster.KillSiloAsync(silo!);
        }
    }

    /// <summary>Kills nodes; then the survivors tell the pool, as they do when membership declares a silo dead.</summary>
    public async Task KillAsync(params IEnumerable<string> nodes)
    {
        var victims = nodes.ToList();
        await KillQuietlyAsync(victims);
        foreach (var node in victims)
        {
            await Pool.Leave(node, $"node {node} died");
        }
    }

    /// <summary>Stops a node as an operator does; then it leaves the pool.</summary>
    public async Task StopAsync(string node)
    {
        _silos.TryRemove(node, out var silo);
        _killed.Add(silo!);
        await _cluster.StopSiloAsync(silo!);
        await Pool.Leave(node, $"node {node} was stopped");
    }

    /// <summary>The node that a grain is active on; null where it is not active.</summary>
    public string? NodeOf(IAddressable grain) =>
        _cluster.TryGetGrainContext(grain.GetGrainId(), out var context)
            ? _silos.Single(silo => silo.Value.SiloAddress.Equals(context.Address.SiloAddress)).Key
            : null;

    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain.GetGrainId());

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        foreach (var silo in _killed)
        {
            await silo.DisposeAsync();
        }

        await Storage.DisposeAsync();
        Signer.Dispose();
        _folder.Dispose();
    }

    // Test silos are named Silo_0, Silo_1 and so on.
    private static int IndexOf(string siloName) =>
        int.Parse(siloName.AsSpan(siloName.LastIndexOf('_') + 1), CultureInfo.InvariantCulture);

    private void Remember(InProcessSiloHandle silo) =>
        _silos[silo.ServiceProvider.GetRequiredService<ILocalSiloDetails>().Name] = silo;
}
