namespace Orleans;

/// <summary>The usual base of grain classes. Everything in it runs on the grain's turn.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly IGrainRuntime? _runtime;

    /// <summary>Takes the activation that is being created.</summary>
    /// <exception cref="InvalidOperationException">The grain is not being created by the runtime.</exception>
    protected Grain()
        : this(RuntimeContext.Current ?? throw new InvalidOperationException(
            "A grain object is created by the runtime only: call IGrainFactory.GetGrain for a reference to it."))
    {
    }

    /// <summary>Takes an explicit activation, for tests of the class alone.</summary>
    protected Grain(IGrainContext grainContext, IGrainRuntime? grainRuntime = null)
    {
        GrainContext = grainContext;
        _runtime = grainRuntime ?? grainContext?.ActivationServices.GetService<IGrainRuntime>();
    }

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>The grain id as text.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>The silo as text.</summary>
    public string RuntimeIdentity => Runtime.SiloIdentity;

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => Runtime.GrainFactory;

    /// <summary>The services of this activation.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    internal IGrainRuntime Runtime =>
        _runtime ?? throw new InvalidOperationException("The grain has no runtime; pass one to the constructor.");

    /// <inheritdoc cref="IGrainBase.OnActivateAsync"/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc cref="IGrainBase.OnDeactivateAsync"/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deactivates the grain when its current requests are done.</summary>
    protected void DeactivateOnIdle() => Runtime.DeactivateOnIdle(GrainContext);

    /// <summary>Keeps the grain from idle collection for some time from now; a negative time takes that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Runtime.DelayDeactivation(GrainContext, timeSpan);

    /// <summary>Not part of the embedded engine, which has no live migration.</summary>
    /// <exception cref="NotSupportedException">Always; names the ways out.</exception>
    protected void MigrateOnIdle() => GrainBaseExtensions.MigrateOnIdle(this);
}
