namespace Orleans.Runtime;

/// <summary>What the runtime offers to grain base classes.</summary>
public interface IGrainRuntime
{
    /// <summary>The silo as text.</summary>
    string SiloIdentity { get; }

    /// <summary>The silo.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>Makes references.</summary>
    IGrainFactory GrainFactory { get; }

    /// <summary>Registers timers.</summary>
    ITimerRegistry TimerRegistry { get; }

    /// <summary>The silo's services.</summary>
    IServiceProvider ServiceProvider { get; }

    /// <summary>The silo's clock.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>Deactivates the grain when its current requests are done.</summary>
    void DeactivateOnIdle(IGrainContext grainContext);

    /// <summary>Keeps the grain from idle collection for some time from now.</summary>
    void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan);

    /// <summary>The state of a <see cref="Grain{TGrainState}"/>.</summary>
    IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext);
}
