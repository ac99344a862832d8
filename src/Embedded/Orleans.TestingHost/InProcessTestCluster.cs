using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in one process. Not thread-safe, but for the client.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly List<InProcessSiloHandle> _silos = [];
    private IHost? _clientHost;
    private int _started;

    /// <summary>Makes a cluster; <see cref="DeployAsync"/> starts it.</summary>
    public InProcessTestCluster(InProcessTestClusterOptions options, ITestClusterPortAllocator portAllocator)
    {
        Options = options;
        PortAllocator = portAllocator;
    }

    /// <summary>The options.</summary>
    public InProcessTestClusterOptions Options { get; }

    /// <summary>Hands out ports.</summary>
    public ITestClusterPortAllocator PortAllocator { get; }

    /// <summary>The silos that run.</summary>
    public ReadOnlyCollection<InProcessSiloHandle> Silos => _silos.AsReadOnly();

    /// <summary>The client.</summary>
    /// <exception cref="InvalidOperationException">It is not started.</exception>
    public IClusterClient Client => _clientHost?.Services.GetRequiredService<IClusterClient>()
        ?? throw new InvalidOperationException("The client is not initialized: await DeployAsync or InitializeClientAsync first.");

    /// <summary>How long membership takes to settle; nothing on the embedded engine.</summary>
    public static TimeSpan GetLivenessStabilizationTime(ClusterMembershipOptions clusterMembershipOptions, bool didKill = false) => TimeSpan.Zero;

    /// <summary>Starts the silos and the client.</summary>
    public async Task DeployAsync()
    {
        await StartSilosAsync(Options.InitialSilosCount);
        if (Options.InitializeClientOnDeploy)
        {
            await InitializeClientAsync();
        }
    }

    /// <summary>The silos that run.</summary>
    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => _silos.Where(silo => silo.IsActive);

    /// <summary>The silo with an address; null when it is not among those that run.</summary>
    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) => _silos.Find(silo => silo.SiloAddress.Equals(siloAddress));

    /// <summary>The services of a silo; of the first one without an address.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) => (silo is null
        ? _silos[0]
        : GetSiloForAddress(silo) ?? throw new ArgumentException($"No silo {silo} runs in this test cluster.", nameof(silo))).ServiceProvider;

    /// <summary>Starts one more silo.</summary>
    public InProcessSiloHandle StartAdditionalSilo() => StartAdditionalSiloAsync().GetAwaiter().GetResult();

    /// <summary>Starts one more silo.</summary>
    public async Task<InProcessSiloHandle> StartAdditionalSiloAsync() => (await StartSilosAsync(1))[0];

    /// <summary>Starts more silos.</summary>
    public async Task<List<InProcessSiloHandle>> StartSilosAsync(int silosToStart)
    {
        var started = new List<InProcessSiloHandle>();
        for (var i = 0; i < silosToStart; i++)
        {
            started.Add(await StartSiloAsync(_started, Options));
        }

        return started;
    }

    /// <summary>Starts a silo with a position.</summary>
    public Task<InProcessSiloHandle> StartSiloAsync(int instanceNumber, InProcessTestClusterOptions clusterOptions) =>
        StartSiloAsync(this, instanceNumber, clusterOptions);

    /// <summary>Starts a silo with a position.</summary>
    public static async Task<InProcessSiloHandle> StartSiloAsync(InProcessTestCluster cluster, int instanceNumber, InProcessTestClusterOptions clusterOptions)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var handle = await cluster.CreateSiloAsync(InProcessTestSiloSpecificOptions.Create(cluster, clusterOptions, instanceNumber));
        handle.InstanceNumber = (short)instanceNumber;
        cluster._started = Math.Max(cluster._started, instanceNumber + 1);
        cluster._silos.Add(handle);
        return handle;
    }

    /// <summary>Makes and starts a silo that is not counted among <see cref="Silos"/>.</summary>
    public async Task<InProcessSiloHandle> CreateSiloAsync(InProcessTestSiloSpecificOptions siloOptions)
    {
        ArgumentNullException.ThrowIfNull(siloOptions);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "TestCluster", DisableDefaults = true });
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = Options.ClusterId;
                options.ServiceId = Options.ServiceId;
            });
            silo.Configure<SiloOptions>(options => options.SiloName = siloOptions.SiloName);
            silo.ConfigureEndpoints(IPAddress.Loopback, siloOptions.SiloPort, siloOptions.GatewayPort);
        });
        foreach (var configure in Options.SiloHostConfigurationDelegates)
        {
            configure(siloOptions, builder);
        }

        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        return new InProcessSiloHandle
        {
            Name = siloOptions.SiloName,
            SiloHost = host,
            SiloAddress = details.SiloAddress,
            GatewayAddress = details.GatewayAddress,
        };
    }

    /// <summary>Starts the client, anew if it was started.</summary>
    public async Task InitializeClientAsync()
    {
        await StopClusterClientAsync();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "TestClusterClient", DisableDefaults = true });
        builder.UseOrleansClient(client => client.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = Options.ClusterId;
            options.ServiceId = Options.ServiceId;
        }));
        foreach (var configure in Options.ClientHostConfigurationDelegates)
        {
            configure(builder);
        }

        _clientHost = builder.Build();
        await _clientHost.StartAsync();
    }

    /// <summary>Stops the client.</summary>
    public async Task StopClusterClientAsync()
    {
        if (_clientHost is { } host)
        {
            _clientHost = null;
            await host.StopAsync();
            host.Dispose();
        }
    }

    /// <summary>Stops the client at once.</summary>
    public Task KillClientAsync() => StopClusterClientAsync();

    /// <summary>Stops a silo gracefully: its grains deactivate and come back elsewhere.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        await instance.StopSiloAsync(true);
        _silos.Remove(instance);
    }

    /// <summary>Kills a silo: calls to it fail, and its grains come back elsewhere without having been deactivated.</summary>
    public async Task KillSiloAsync(InProcessSiloHandle instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        await instance.StopSiloAsync(false);
        _silos.Remove(instance);
    }

    /// <summary>Stops a silo and starts one in its place.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        await StopSiloAsync(instance);
        return await StartSiloAsync(instance.InstanceNumber, Options);
    }

    /// <summary>Stops all silos.</summary>
    public async Task StopSilosAsync()
    {
        foreach (var silo in _silos.AsEnumerable().Reverse().ToList())
        {
            await StopSiloAsync(silo);
        }
    }

    /// <summary>Stops client and silos.</summary>
    public async Task StopAllSilosAsync()
    {
        await StopClusterClientAsync();
        await StopSilosAsync();
    }

    /// <summary>Stops client and silos.</summary>
    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    /// <summary>Deactivates a grain and waits until it is gone.</summary>
    public Task DeactivateAsync(IAddressable grain) => DeactivateAsync(grain.GetGrainId());

    /// <summary>Deactivates a grain and waits until it is gone.</summary>
    public async Task DeactivateAsync(GrainId grainId)
    {
        if (TryGetGrainContext(grainId, out var context))
        {
            context.Deactivate(new DeactivationReason(DeactivationReasonCode.RuntimeRequested, "The test asked for it."));
            await context.Deactivated;
        }
    }

    /// <summary>Waits until a grain is not active.</summary>
    public Task WaitForDeactivationAsync(IAddressable grain) => WaitForDeactivationAsync(grain.GetGrainId());

    /// <summary>Waits until a grain is not active.</summary>
    public Task WaitForDeactivationAsync(GrainId grainId) => TryGetGrainContext(grainId, out var context) ? context.Deactivated : Task.CompletedTask;

    /// <summary>The activation of a grain on any silo.</summary>
    public bool TryGetGrainContext(GrainId grainId, [NotNullWhen(true)] out IGrainContext? grainContext)
    {
        grainContext = null;
        if (_silos.Count != 0 && _silos[0].ServiceProvider.GetRequiredService<SiloRuntime>().Cluster.TryFind(grainId, out var activation))
        {
            grainContext = activation;
        }

        return grainContext is not null;
    }

    /// <summary>Returns at once: in one process membership is settled always.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopClusterClientAsync();
        foreach (var silo in _silos.AsEnumerable().Reverse().ToList())
        {
            await silo.DisposeAsync();
        }

        _silos.Clear();
        PortAllocator.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
