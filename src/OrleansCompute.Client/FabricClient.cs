using OrleansCompute.Client.Http;

namespace OrleansCompute.Client;

/// <summary>
/// The SDK: everything that the REST API does, typed. Every method throws <see cref="FabricApiException"/> with the server's sentence.
/// Thread-safe; make one and keep it.
/// </summary>
public sealed class FabricClient : IDisposable
{
    private readonly HttpClient? owned;

    /// <summary>Creates a client with connections of its own.</summary>
    /// <param name="options">Server and key; read once.</param>
    public FabricClient(FabricClientOptions options)
        : this(options, new HttpClient(), TimeProvider.System, owns: true)
    {
    }

    /// <summary>Creates a client over a given <see cref="HttpClient"/>, which stays its creator's.</summary>
    /// <param name="options">Server and key; read once.</param>
    /// <param name="http">Sends the requests; its base address is not used.</param>
    /// <param name="clock">The clock of <see cref="JobsClient.WatchAsync"/>.</param>
    public FabricClient(FabricClientOptions options, HttpClient http, TimeProvider clock)
        : this(options, http, clock, owns: false)
    {
    }

    private FabricClient(FabricClientOptions options, HttpClient http, TimeProvider clock, bool owns)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(clock);
        var api = new FabricHttp(http, options);
        owned = owns ? http : null;
        Server = new ServerClient(api);
        Tenants = new TenantsClient(api);
        Nodes = new NodesClient(api);
        Pools = new PoolsClient(api);
        Jobs = new JobsClient(api, clock);
        Artifacts = new ArtifactsClient(api);
        Datasets = new DatasetsClient(api);
        Models = new ModelsClient(api);
        Rollouts = new RolloutsClient(api);
        Devices = new DevicesClient(api);
        Usage = new UsageClient(api);
    }

    /// <summary>The server itself.</summary>
    public ServerClient Server { get; }

    /// <summary>Tenants and their keys.</summary>
    public TenantsClient Tenants { get; }

    /// <summary>Nodes and their accelerators.</summary>
    public NodesClient Nodes { get; }

    /// <summary>Pools: queue and leases.</summary>
    public PoolsClient Pools { get; }

    /// <summary>Training jobs.</summary>
    public JobsClient Jobs { get; }

    /// <summary>Upload of files.</summary>
    public ArtifactsClient Artifacts { get; }

    /// <summary>Datasets.</summary>
    public DatasetsClient Datasets { get; }

    /// <summary>The model registry.</summary>
    public ModelsClient Models { get; }

    /// <summary>Roll-outs.</summary>
    public RolloutsClient Rollouts { get; }

    /// <summary>Devices.</summary>
    public DevicesClient Devices { get; }

    /// <summary>Invoices.</summary>
    public UsageClient Usage { get; }

    /// <inheritdoc/>
    public void Dispose() => owned?.Dispose();
}
