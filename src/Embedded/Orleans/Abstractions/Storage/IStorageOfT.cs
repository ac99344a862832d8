namespace Orleans.Core;

/// <summary>One state object of a grain.</summary>
/// <typeparam name="TState">The state.</typeparam>
public interface IStorage<TState> : IStorage
{
    /// <summary>The state in memory.</summary>
    TState State { get; set; }
}
