namespace Orleans.Embedded;

internal sealed class GrainRuntime(SiloRuntime silo, IGrainFactory grainFactory, ITimerRegistry timerRegistry) : IGrainRuntime
{
    public string SiloIdentity => silo.Address.ToString();

    public SiloAddress SiloAddress => silo.Address;

    public IGrainFactory GrainFactory => grainFactory;

    public ITimerRegistry TimerRegistry => timerRegistry;

    public IServiceProvider ServiceProvider => silo.Services;

    public TimeProvider TimeProvider => silo.TimeProvider;

    public void DeactivateOnIdle(IGrainContext grainContext) => grainContext.Deactivate(
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan)
    {
        if (grainContext is Activation activation)
        {
            var now = silo.Clock.Now;
            activation.KeepUntil = timeSpan == TimeSpan.MaxValue || timeSpan == Timeout.InfiniteTimeSpan ? long.MaxValue
                : timeSpan <= TimeSpan.Zero ? 0
                : now + Math.Min(timeSpan.Ticks, long.MaxValue - now);
        }
    }

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext)
    {
        var activation = (Activation)grainContext;
        return StateBridge<TGrainState>.Create(activation, "state", activation.Class.StorageName);
    }
}
