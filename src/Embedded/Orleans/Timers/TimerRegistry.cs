namespace Orleans.Embedded;

internal sealed class TimerRegistry : ITimerRegistry
{
    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (grainContext is not Activation activation)
        {
            throw new ArgumentException("The context is no activation of this runtime.", nameof(grainContext));
        }

        return new GrainTimer<TState>(activation, callback, state, options);
    }
}
