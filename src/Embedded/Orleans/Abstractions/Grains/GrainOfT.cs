namespace Orleans;

/// <summary>A grain with one state object in the storage named by <see cref="StorageProviderAttribute"/>, or the default one.</summary>
/// <typeparam name="TGrainState">The state.</typeparam>
public class Grain<TGrainState> : Grain
{
    private readonly IStorage<TGrainState> _storage;

    /// <summary>Takes the state from the activation that is being created; it is read before <c>OnActivateAsync</c>.</summary>
    protected Grain() => _storage = Runtime.GetStorage<TGrainState>(GrainContext);

    /// <summary>Takes an explicit storage, for tests of the class alone.</summary>
    protected Grain(IStorage<TGrainState> storage) => _storage = storage;

    /// <summary>The state in memory.</summary>
    protected TGrainState State
    {
        get => _storage.State;
        set => _storage.State = value;
    }

    /// <summary>Removes the stored record and resets the state.</summary>
    protected virtual Task ClearStateAsync() => _storage.ClearStateAsync();

    /// <summary>Reads the stored record again; changes in memory are lost.</summary>
    protected virtual Task ReadStateAsync() => _storage.ReadStateAsync();

    /// <summary>Stores the state.</summary>
    /// <exception cref="InconsistentStateException">Somebody else stored it since it was read.</exception>
    protected virtual Task WriteStateAsync() => _storage.WriteStateAsync();
}
