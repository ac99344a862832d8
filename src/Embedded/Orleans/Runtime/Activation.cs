namespace Orleans.Embedded;

/// <summary>
/// One activation: its queue, its turns, its state. Requests and continuations run one at a time on the thread pool
/// (see <c>Activation.Turns.cs</c>); everything guarded by <c>_gate</c> is marked so.
/// </summary>
internal sealed partial class Activation : RequestTarget, IGrainContext, IReentrantSections
{
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AsyncServiceScope _scope;
    private Dictionary<Type, object>? _components;
    private GrainReference? _reference;
    private GrainLifecycle? _lifecycle;
    private object? _instance;

    public Activation(SiloRuntime silo, GrainClass grainClass, GrainId grainId)
    {
        Silo = silo;
        Class = grainClass;
        GrainId = grainId;
        _scope = silo.Services.CreateAsyncScope();
        _scheduler = new ActivationTaskScheduler(this);
        LastUsed = silo.Clock.Now;
    }

    public SiloRuntime Silo { get; }

    public GrainClass Class { get; }

    public GrainId GrainId { get; }

    public override GrainId Id => GrainId;

    public override object? Instance => _instance;

    public override IGrainContext Context => this;

    public override IIncomingGrainCallFilter[] Filters => Silo.IncomingFilters;

    public object? GrainInstance => _instance;

    public ActivationId ActivationId { get; } = ActivationId.NewId();

    public GrainAddress Address => new() { GrainId = GrainId, ActivationId = ActivationId, SiloAddress = Silo.Address };

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => Lifecycle;

    public GrainLifecycle Lifecycle => _lifecycle ??= new GrainLifecycle();

    public IWorkItemScheduler Scheduler => _scheduler;

    public Task Deactivated => _deactivated.Task;

    public GrainReference GrainReference => _reference ??= new GrainReference(Silo, GrainId, default);

    /// <summary>When the last request ended, in ticks of the silo's coarse clock.</summary>
    public long LastUsed { get; private set; }

    /// <summary>Set by <c>DelayDeactivation</c>; same clock.</summary>
    public long KeepUntil { get; set; }

    public object? GetTarget() => _instance;

    public object? GetComponent(Type componentType) =>
        _components is not null && _components.TryGetValue(componentType, out var component) ? component
        : componentType.IsInstanceOfType(_instance) ? _instance
        : null;

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        _components ??= [];
        if (value is null)
        {
            _components.Remove(typeof(TComponent));
        }
        else
        {
            _components[typeof(TComponent)] = value;
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public void Touch() => LastUsed = Silo.Clock.Now;

    /// <summary>Makes the grain object, reads its state and runs <c>OnActivateAsync</c>. On the turn.</summary>
    private async Task ActivateAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(Silo.CollectionOptions.ActivationTimeout, Silo.TimeProvider);
            RequestContext.Current = FirstContext();
            _instance = Class.Create(this);
            if (_lifecycle is not null)
            {
                await _lifecycle.StartAsync(timeout.Token);
            }

            if (_instance is IGrainBase grain)
            {
                await grain.OnActivateAsync(timeout.Token);
            }

            BecomeValid();
        }
        catch (Exception exception)
        {
            Silo.LogActivationFailed(exception, GrainId);
            Silo.Cluster.Forget(this);
            FailAll(exception);
            await DisposeInstanceAsync();
            _deactivated.TrySetResult();
        }
    }

    /// <summary>Runs <c>OnDeactivateAsync</c> and leaves the directory; requests that waited go to a new activation. On the turn.</summary>
    private async Task DeactivateAsync()
    {
        StopTimers();
        try
        {
            using var timeout = new CancellationTokenSource(Silo.CollectionOptions.DeactivationTimeout, Silo.TimeProvider);
            if (_instance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(_reason, timeout.Token).WaitAsync(timeout.Token);
            }

            if (_lifecycle is not null)
            {
                await _lifecycle.StopAsync(timeout.Token).WaitAsync(timeout.Token);
            }
        }
        catch (Exception exception)
        {
            Silo.LogDeactivationFailed(exception, GrainId);
        }

        await DisposeInstanceAsync();
        Silo.Cluster.Forget(this);
        foreach (var request in Close())
        {
            Silo.Cluster.Router.Forward(request);
        }

        _deactivated.TrySetResult();
    }

    private async ValueTask DisposeInstanceAsync()
    {
        try
        {
            if (_instance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else if (_instance is IDisposable disposable)
            {
                disposable.Dispose();
            }

            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            Silo.LogDeactivationFailed(exception, GrainId);
        }

        _instance = null;
    }
}
