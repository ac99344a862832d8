namespace Orleans.Runtime;

/// <summary>Makes states of an activation that is being created.</summary>
public interface IPersistentStateFactory
{
    /// <summary>Makes one that is read when the activation sets up its state.</summary>
    IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config);
}
