namespace Orleans.Embedded;

internal sealed class PersistentStateFactory : IPersistentStateFactory
{
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return StateBridge<TState>.Create((Activation)context, config.StateName, config.StorageName);
    }
}
