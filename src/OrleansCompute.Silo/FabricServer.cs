using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Dashboard;
using OrleansCompute.Dashboard.Access;
using OrleansCompute.Gateway;
using OrleansCompute.Gateway.Hosting;
using OrleansCompute.Grains.Hosting;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Silo.Hosting;
using OrleansCompute.Silo.Logging;
using OrleansCompute.Silo.Nodes;
using OrleansCompute.Silo.Security;
using OrleansCompute.Storage;
using OrleansCompute.Storage.Hosting;

namespace OrleansCompute.Silo;

/// <summary>
/// The server: one control silo with the doors (MQTT, REST, dashboard) and one silo for every node, in this process. Configuration and
/// wiring only. Dispose it to stop everything in order.
/// </summary>
public sealed partial class FabricServer : IAsyncDisposable
{
    private const string Pool = "default";
    private const string ControlSilo = "control";
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private readonly List<IHost> _hosts = [];
    private readonly FabricStorage _storage;
    private readonly ModelSigner _signer;
    private readonly FileLoggerProvider _log;
    private readonly FabricServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ClusterPlan _cluster;

    private FabricServer(FabricServerOptions options, TimeProvider clock, ClusterPlan cluster)
    {
        (_options, _clock, _cluster) = (options, clock, cluster);
        Directory.CreateDirectory(options.DataFolder);
        _log = new FileLoggerProvider(Path.Combine(options.DataFolder, "fabric.log"), options.LogLevel, clock);
        try
        {
            using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log).SetMinimumLevel(options.LogLevel));
            _storage = FabricStorage.Open(options.DataFolder, clock, loggers);
            _signer = ModelSigner.OpenOrCreate(Path.Combine(options.DataFolder, "keys", "model-signing.pem"));
            OperatorKey = Security.OperatorKey.OpenOrCreate(Path.Combine(options.DataFolder, "keys", "operator.key"));
        }
        catch
        {
            // Nobody else can: the caller gets no server to dispose.
            _signer?.Dispose();
            _storage?.Dispose();
            _log.Dispose();
            throw;
        }
    }

    /// <summary>The key that may do everything over REST.</summary>
    public string OperatorKey { get; }

    /// <summary>Address of REST API and dashboard.</summary>
    public Uri HttpAddress { get; private set; } = null!;

    /// <summary>Address of the MQTT broker.</summary>
    public IPEndPoint MqttEndpoint { get; private set; } = null!;

    /// <summary>A link to the dashboard that signs its first visitor in, within an hour; without a sign-in where anybody may look.</summary>
    public Uri CreateSignInLink() => _options.AllowAnonymous ? HttpAddress : _hosts[0].Services.GetRequiredService<SignInLinks>().Create(HttpAddress);

    /// <summary>Starts everything and returns when every node is measured and in the pool.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Gives up and stops what was started.</param>
    /// <exception cref="FabricServerException">The options are unsound, a port is in use, or the data cannot be opened.</exception>
    public static async Task<FabricServer> StartAsync(FabricServerOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        if (options.Validate() is { Count: > 0 } problems)
        {
            throw new FabricServerException(string.Join(" ", problems));
        }

        var ports = FreePorts.Find(2 * (options.Nodes.Count + 1));
        FabricServer server;
        try
        {
            server = new FabricServer(options, clock, new ClusterPlan($"oc-{Guid.NewGuid():n}", ports[0]));
        }
        catch (Exception exception) when (exception is FabricStorageException or IOException or UnauthorizedAccessException)
        {
            throw new FabricServerException($"The data folder {options.DataFolder} cannot be opened: {exception.Message}", exception);
        }

        try
        {
            await server.StartControlAsync(ports[0], ports[1], cancellationToken);
            var measured = new List<NodeSnapshot>();
            for (var i = 0; i < options.Nodes.Count; i++)
            {
                measured.Add(await server.StartNodeAsync(options.Nodes[i], ports[(2 * i) + 2], ports[(2 * i) + 3], cancellationToken));
            }

            // Jobs of a run before go on as soon as a node is there: none joins until all are measured, or the next is measured beside them,
            // which has made one five times slower.
            var pool = server._hosts[0].Services.GetRequiredService<IGrainFactory>().GetGrain<IPoolGrain>(Pool);
            foreach (var node in measured)
            {
                await pool.Join(node);
            }

            return server;
        }
        catch
        {
            try
            {
                await server.DisposeAsync();
            }
            catch (AggregateException)
            {
                // In the log; the caller hears why the server did not start.
            }

            throw;
        }
    }

    /// <summary>Stops the doors first, then the nodes, then the control silo, then closes the data: all of them, even if one fails.</summary>
    /// <exception cref="AggregateException">Something did not end in order; everything is closed all the same.</exception>
    public async ValueTask DisposeAsync()
    {
        var logger = _log.CreateLogger(typeof(FabricServer).FullName!);
        var sequence = new StopSequence((step, exception) => LogStopFailed(logger, exception, step));
        if (_hosts.Count > 0)
        {
            // The control host holds the doors as well as the silo that the others found the cluster through, which must go last: so
            // its doors are closed one by one. Stopping them again with their host does nothing.
            var services = _hosts[0].Services;
            await StopAsync(sequence, "the web server", token => services.GetRequiredService<IServer>().StopAsync(token));
            await StopAsync(sequence, "the MQTT gateway", token =>
                services.GetRequiredService<IGatewayEndpoints>() is IHostedLifecycleService gateway ? gateway.StoppingAsync(token) : Task.CompletedTask);

            // Nodes that are stopped are not lost.
            await StopAsync(sequence, "the node watch", token =>
                Task.WhenAll(services.GetServices<IHostedService>().OfType<NodeWatch>().Select(watch => watch.StopAsync(token))));
        }

        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await StopAsync(sequence, "a silo", host.StopAsync);
        }

        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await sequence.RunAsync("a silo's services", () => ((IAsyncDisposable)host).DisposeAsync().AsTask());
        }

        await sequence.RunAsync("the storage", () => _storage.DisposeAsync().AsTask());
        _signer.Dispose();
        _log.Dispose();
        sequence.ThrowIfFailed();
    }

    private Task StopAsync(StopSequence sequence, string name, Func<CancellationToken, Task> stop) => sequence.RunAsync(name, async () =>
    {
        using var timeout = new CancellationTokenSource(StopTimeout, _clock);
        await stop(timeout.Token);
    });

    [LoggerMessage(8002, LogLevel.Error, "Stopping {Step} failed; the rest is stopped all the same")]
    private static partial void LogStopFailed(ILogger logger, Exception exception, string step);

    private async Task StartControlAsync(int siloPort, int gatewayPort, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _options.HttpPort));
        AddSilo(builder, new NodeSetup(ControlSilo, []), siloPort, gatewayPort);
        builder.Services.AddFabricGateway(gateway =>
        {
            gateway.MqttPort = _options.MqttPort;
            gateway.AllowAnonymous = _options.AllowAnonymous;
            gateway.OperatorKey = OperatorKey;
        });
        builder.Services.AddFabricDashboard(dashboard =>
        {
            dashboard.RequireKey = !_options.AllowAnonymous;
            dashboard.OperatorKey = OperatorKey;
        });
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<NodeWatch>(services, Pool));
        var app = builder.Build();
        _hosts.Add(app);
        app.MapFabricApi();
        app.MapFabricDashboard();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw PortProblem("http-port", _options.HttpPort, SocketError.AddressAlreadyInUse, exception);
        }
        catch (SocketException exception)
        {
            throw PortProblem("http-port", _options.HttpPort, exception.SocketErrorCode, exception);
        }
        catch (MqttListenException exception)
        {
            throw PortProblem("mqtt-port", _options.MqttPort, ((SocketException)exception.InnerException!).SocketErrorCode, exception);
        }

        HttpAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        MqttEndpoint = app.Services.GetRequiredService<IGatewayEndpoints>().MqttEndpoint!;
    }

    private static FabricServerException PortProblem(string option, int port, SocketError error, Exception cause) => new(
        error switch
        {
            SocketError.AddressAlreadyInUse => $"{option} is {port}, which is in use; choose another with --{option}, or 0 for a free one.",
            SocketError.AccessDenied => $"{option} is {port}, which this user may not open; choose one from 1024 to 65535 with --{option}, or 0 for a free one.",
            _ => $"{option} is {port}, which cannot be opened ({error}); choose another with --{option}, or 0 for a free one.",
        },
        cause);

    private async Task<NodeSnapshot> StartNodeAsync(NodeSetup node, int siloPort, int gatewayPort, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        AddSilo(builder, node, siloPort, gatewayPort);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(cancellationToken);

        // One node at a time: nodes of one machine that measure together would measure each other.
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        return await grains.GetGrain<INodeGrain>(node.Name).Measure();
    }

    private void AddSilo(IHostApplicationBuilder builder, NodeSetup node, int siloPort, int gatewayPort)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(_log);
        builder.Logging.SetMinimumLevel(_options.LogLevel);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // It warns at every page that it forbids caching; that is what it is for.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.AddSingleton(_clock);
        builder.Services.AddSingleton<IModelSigner>(_signer);
        builder.Services.AddFabricStorage(_storage);
        foreach (var driver in _options.Drivers)
        {
            builder.Services.AddSingleton(driver);
        }

        builder.UseOrleans(silo =>
        {
            _cluster.Join(silo, siloPort, gatewayPort);
            silo.Configure<SiloOptions>(options => options.SiloName = node.Name);
            silo.AddFabricGrainStorage(_storage);
            silo.Configure<PoolOptions>(options =>
            {
                (options.Policy, options.Cost, options.Spot, options.Defragmentation) =
                    (_options.Policy, _options.Cost, _options.Spot, _options.Defragmentation);
            });
            silo.AddFabricGrains(options =>
            {
                options.Name = node.Name;
                options.Pool = Pool;
                options.Host = node.Host.Measured(_options.Nodes.Count);
                foreach (var accelerator in node.Accelerators)
                {
                    options.Accelerators.Add(accelerator);
                }
            });
        });
    }
}
