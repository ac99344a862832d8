using System.Collections.Concurrent;

namespace Orleans.Embedded;

/// <summary>One logical silo: its activations, its place in the cluster, its start, stop and death. Thread-safe.</summary>
internal sealed partial class SiloRuntime : GrainReferenceRuntime, IDisposable
{
    private readonly ConcurrentDictionary<Activation, Unit> _activations = new();
    private readonly ConcurrentDictionary<GrainId, WorkerGroup> _workers = new();
    private readonly ILogger _logger;
    private readonly Lock _stateGate = new();
    private IIncomingGrainCallFilter[]? _incomingFilters;
    private ITimer? _clockTimer;
    private ITimer? _collectionTimer;
    private bool _entered;

    public SiloRuntime(
        IServiceProvider services,
        IOptions<ClusterOptions> cluster,
        IOptions<SiloOptions> silo,
        IOptions<EndpointOptions> endpoints,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        ILoggerFactory loggers)
        : base(EmbeddedClusterRegistry.Instance.Enter(cluster.Value), services, messaging.Value)
    {
        _entered = true;
        _logger = loggers.CreateLogger("Orleans.Silo");
        MessagingOptions = messaging.Value;
        CollectionOptions = collection.Value;
        Name = silo.Value.SiloName;
        Address = SiloAddress.New(endpoints.Value.AdvertisedIPAddress, endpoints.Value.SiloPort, SiloAddress.AllocateNewGeneration());
        GatewayAddress = SiloAddress.New(endpoints.Value.AdvertisedIPAddress, endpoints.Value.GatewayPort, Address.Generation);
        Placement = new PlacementService(this);
    }

    public string Name { get; }

    public SiloAddress Address { get; }

    public SiloAddress GatewayAddress { get; }

    public SiloStatus Status { get; private set; } = SiloStatus.Created;

    public SiloMessagingOptions MessagingOptions { get; }

    public GrainCollectionOptions CollectionOptions { get; }

    public PlacementService Placement { get; }

    public int ActivationCount => _activations.Count;

    public IEnumerable<Activation> Activations => _activations.Keys;

    public override SiloRuntime PlacingSilo => IsRunning
        ? this
        : Cluster.AnyActiveSilo() ?? throw new SiloUnavailableException($"No silo of cluster '{Cluster.ClusterId}' is active.");

    public override bool IsRunning => Status == SiloStatus.Active;

    /// <summary>Resolved at the first call, so that a filter may depend on <see cref="IGrainFactory"/>.</summary>
    public IIncomingGrainCallFilter[] IncomingFilters => _incomingFilters ??= [.. Services.GetServices<IIncomingGrainCallFilter>()];

    public void Join()
    {
        Validate();
        SetStatus(SiloStatus.Joining);
        _clockTimer = TimeProvider.CreateTimer(static state => ((SiloRuntime)state!).Tick(), this, Clock.Resolution, Clock.Resolution);
        _collectionTimer = TimeProvider.CreateTimer(
            static state => ((SiloRuntime)state!).CollectIdle(), this, CollectionOptions.CollectionQuantum, CollectionOptions.CollectionQuantum);
    }

    public void BecomeActive()
    {
        SetStatus(SiloStatus.Active);
        LogActive(Name, Address, Cluster.ClusterId);
    }

    /// <summary>Takes no new grains, deactivates those it has, and leaves. What is left when the token fires is killed.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        lock (_stateGate)
        {
            if (Status is SiloStatus.ShuttingDown or SiloStatus.Dead)
            {
                return;
            }

            Status = SiloStatus.ShuttingDown;
        }

        Cluster.SetStatus(this, SiloStatus.ShuttingDown);
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, $"Silo {Name} is shutting down.");
        try
        {
            // In rounds: an activation that was being made when the status changed is caught by the next one.
            while (!_activations.IsEmpty)
            {
                var all = _activations.Keys.ToArray();
                foreach (var activation in all)
                {
                    activation.Deactivate(reason, cancellationToken);
                }

                await Task.WhenAll(all.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            LogDeactivationCutShort(Name, _activations.Count);
        }
    }

    /// <summary>Dies at once: no <c>OnDeactivateAsync</c>, pending calls fail, the directory forgets its grains.</summary>
    public void Kill()
    {
        lock (_stateGate)
        {
            if (Status == SiloStatus.Dead)
            {
                return;
            }

            Status = SiloStatus.Dead;
        }

        Cluster.SetStatus(this, SiloStatus.Dead);
        _clockTimer?.Dispose();
        _collectionTimer?.Dispose();
        Cluster.RemoveObservers(this);
        while (!_activations.IsEmpty)
        {
            foreach (var activation in _activations.Keys)
            {
                activation.Kill();
            }
        }

        if (_entered)
        {
            _entered = false;
            EmbeddedClusterRegistry.Instance.Leave(Cluster);
        }
    }

    public void Dispose() => Kill();

    /// <summary>Makes the activation with its first request; null when the silo stops or another silo was first.</summary>
    public Activation? TryActivate(GrainClass grainClass, GrainId grainId, GrainRequest request)
    {
        var activation = new Activation(this, grainClass, grainId);
        activation.TryEnqueue(request);
        _activations.TryAdd(activation, default);

        // Added first, then looked at the status: a stop either sees the activation or is seen here.
        if (!IsRunning || !Cluster.TryRegister(activation))
        {
            _activations.TryRemove(activation, out _);
            activation.Discard();
            return null;
        }

        activation.BeginActivation();
        return activation;
    }

    public WorkerGroup Workers(GrainId grainId, GrainClass grainClass) =>
        _workers.GetOrAdd(grainId, static (id, state) => new WorkerGroup(state.silo, state.grainClass, id), (silo: this, grainClass));

    public Activation CreateWorker(GrainClass grainClass, GrainId grainId)
    {
        var activation = new Activation(this, grainClass, grainId);
        _activations.TryAdd(activation, default);
        activation.BeginActivation();
        return activation;
    }

    public void Forget(Activation activation) => _activations.TryRemove(activation, out _);

    public void NotifyStatus(ISiloStatusListener listener, SiloAddress address, SiloStatus status)
    {
        try
        {
            listener.SiloStatusChangeNotification(address, status);
        }
        catch (Exception exception)
        {
            LogListenerFailed(exception, listener.GetType().FullName!);
        }
    }

    private void SetStatus(SiloStatus status)
    {
        Cluster.SetStatus(this, status);
        Status = status;
    }

    private void Tick()
    {
        Clock.Update();
        var now = Clock.Now;
        foreach (var (activation, _) in _activations)
        {
            activation.Expire(now);
        }
    }

    private void CollectIdle()
    {
        Clock.Update();
        var now = Clock.Now;
        var reason = new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Nobody called the grain for its collection age.");
        foreach (var (activation, _) in _activations)
        {
            var age = CollectionOptions.ClassSpecificCollectionAge.TryGetValue(activation.Class.Type.FullName!, out var own)
                ? own
                : activation.Class.CollectionAge ?? CollectionOptions.CollectionAge;
            if (age != Timeout.InfiniteTimeSpan && activation.IsIdle(now, age))
            {
                activation.Deactivate(reason);
            }
        }
    }

    private void Validate()
    {
        if (CollectionOptions.CollectionQuantum <= TimeSpan.Zero || CollectionOptions.CollectionAge <= CollectionOptions.CollectionQuantum)
        {
            throw new OrleansConfigurationException(
                $"GrainCollectionOptions.CollectionAge is {CollectionOptions.CollectionAge} and CollectionQuantum is "
                + $"{CollectionOptions.CollectionQuantum}; the quantum must be positive and the age longer than it.");
        }
    }
}
