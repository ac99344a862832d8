namespace Orleans.Runtime;

/// <summary>A named state of a grain, injected with <see cref="PersistentStateAttribute"/> and read before <c>OnActivateAsync</c>.</summary>
/// <typeparam name="TState">The state.</typeparam>
public interface IPersistentState<TState> : IStorage<TState>;
