namespace Orleans.Timers;

/// <summary>Registers timers of activations.</summary>
public interface ITimerRegistry
{
    /// <summary>Starts a timer whose ticks are turns of the activation.</summary>
    IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
}
