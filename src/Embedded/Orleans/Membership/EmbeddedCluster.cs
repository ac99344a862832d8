using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Orleans.Embedded;

/// <summary>What the silos of one cluster share: members, directory, observers, memory storages, reminders. Thread-safe.</summary>
internal sealed class EmbeddedCluster
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<GrainId, Activation> _directory = new();
    private readonly ConcurrentDictionary<GrainId, ObserverTarget> _observers = new();
    private readonly ConcurrentDictionary<string, MemoryStore> _stores = new();
    private ImmutableArray<ISiloStatusListener> _listeners = [];
    private ImmutableDictionary<SiloAddress, ClusterMemberEntry> _members = ImmutableDictionary<SiloAddress, ClusterMemberEntry>.Empty;
    private ImmutableArray<SiloRuntime> _active = [];
    private int _next;

    public EmbeddedCluster(string clusterId, string serviceId, GrainCatalog catalog)
    {
        ClusterId = clusterId;
        ServiceId = serviceId;
        Catalog = catalog;
        Router = new RequestRouter(this);
        Reminders = new ReminderTable(this);
    }

    public string ClusterId { get; }

    public string ServiceId { get; }

    public GrainCatalog Catalog { get; }

    public RequestRouter Router { get; }

    public ReminderTable Reminders { get; }

    public ImmutableDictionary<SiloAddress, ClusterMemberEntry> Members => _members;

    public ImmutableArray<SiloRuntime> ActiveSilos => _active;

    public void SetStatus(SiloRuntime silo, SiloStatus status)
    {
        ImmutableArray<ISiloStatusListener> listeners;
        lock (_gate)
        {
            if (status == SiloStatus.Joining)
            {
                RefuseClash(silo);
            }

            _members = _members.SetItem(silo.Address, new ClusterMemberEntry(silo.Address, silo.Name, status, silo));
            _active = status == SiloStatus.Active ? _active.Add(silo) : _active.Remove(silo);
            listeners = _listeners;
        }

        foreach (var listener in listeners)
        {
            silo.NotifyStatus(listener, silo.Address, status);
        }
    }

    /// <summary>An active silo, in turns; null when there is none.</summary>
    public SiloRuntime? AnyActiveSilo()
    {
        var active = _active;
        return active.IsEmpty ? null : active[(int)((uint)Interlocked.Increment(ref _next) % (uint)active.Length)];
    }

    public SiloRuntime? FindSilo(SiloAddress? address)
    {
        foreach (var silo in _active)
        {
            if (silo.Address.Equals(address))
            {
                return silo;
            }
        }

        return null;
    }

    public bool TryFind(GrainId grainId, [NotNullWhen(true)] out Activation? activation) => _directory.TryGetValue(grainId, out activation);

    /// <summary>Makes this the one activation of its grain; false when there is another.</summary>
    public bool TryRegister(Activation activation) => _directory.TryAdd(activation.GrainId, activation);

    public void Forget(Activation activation)
    {
        _directory.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));
        activation.Silo.Forget(activation);
    }

    public bool TryGetObserver(GrainId id, [NotNullWhen(true)] out ObserverTarget? observer) => _observers.TryGetValue(id, out observer);

    public void AddObserver(ObserverTarget observer) => _observers[observer.Id] = observer;

    public void RemoveObserver(GrainId id) => _observers.TryRemove(id, out _);

    public void RemoveObservers(GrainReferenceRuntime owner)
    {
        foreach (var (id, observer) in _observers)
        {
            if (ReferenceEquals(observer.Owner, owner))
            {
                _observers.TryRemove(id, out _);
            }
        }
    }

    public MemoryStore Store(string name) => _stores.GetOrAdd(name, static _ => new MemoryStore());

    public bool Subscribe(ISiloStatusListener listener)
    {
        lock (_gate)
        {
            var before = _listeners;
            _listeners = before.Contains(listener) ? before : before.Add(listener);
            return before.Length != _listeners.Length;
        }
    }

    public bool Unsubscribe(ISiloStatusListener listener)
    {
        lock (_gate)
        {
            var before = _listeners;
            _listeners = before.Remove(listener);
            return before.Length != _listeners.Length;
        }
    }

    // Under _gate.
    private void RefuseClash(SiloRuntime silo)
    {
        foreach (var member in _members.Values)
        {
            if (member.Status == SiloStatus.Dead)
            {
                continue;
            }

            if (member.Address.Endpoint.Equals(silo.Address.Endpoint))
            {
                throw new OrleansConfigurationException(
                    $"Silo '{silo.Name}' wants end point {silo.Address.Endpoint}, but silo '{member.Name}' of cluster '{ClusterId}' has it. "
                    + "Give each silo another siloPort (UseLocalhostClustering, ConfigureEndpoints).");
            }

            if (silo.GatewayAddress.Endpoint.Port != 0 && member.Silo.GatewayAddress.Endpoint.Equals(silo.GatewayAddress.Endpoint))
            {
                throw new OrleansConfigurationException(
                    $"Silo '{silo.Name}' wants gateway {silo.GatewayAddress.Endpoint}, but silo '{member.Name}' of cluster '{ClusterId}' has it. "
                    + "Give each silo another gatewayPort (UseLocalhostClustering, ConfigureEndpoints).");
            }
        }
    }
}
