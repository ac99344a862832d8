using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>A state of an activation: reads it when the activation sets up its state, then on demand. On the turn.</summary>
internal sealed class StateBridge<TState> : IPersistentState<TState>
{
    private readonly string _name;
    private readonly GrainId _grainId;
    private readonly IGrainStorage _storage;
    private GrainState<TState> _state = new(Fresh());

    private StateBridge(string name, GrainId grainId, IGrainStorage storage)
    {
        _name = name;
        _grainId = grainId;
        _storage = storage;
    }

    public TState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _state.RecordExists;

    public static StateBridge<TState> Create(Activation activation, string stateName, string? storageName)
    {
        var services = activation.ActivationServices;
        var storage = storageName is null
            ? services.GetKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME) ?? services.GetService<IGrainStorage>()
            : services.GetKeyedService<IGrainStorage>(storageName);
        if (storage is null)
        {
            throw new OrleansConfigurationException(
                $"No storage named '{storageName ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME}' is configured, which {activation.Class.Type.FullName} "
                + "needs: call AddMemoryGrainStorage or AddGrainStorage with that name on the silo.");
        }

        var bridge = new StateBridge<TState>(stateName, activation.GrainId, storage);
        activation.Lifecycle.Subscribe(
            typeof(StateBridge<TState>).FullName!, GrainLifecycleStage.SetupState, token => bridge.ReadStateAsync(token));
        return bridge;
    }

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        var state = new GrainState<TState>(Fresh());
        await _storage.ReadStateAsync(_name, _grainId, state, cancellationToken);
        state.State ??= Fresh();
        _state = state;
    }

    public Task WriteStateAsync(CancellationToken cancellationToken) => _storage.WriteStateAsync(_name, _grainId, _state, cancellationToken);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await _storage.ClearStateAsync(_name, _grainId, _state, cancellationToken);
        _state.State = Fresh();
    }

    private static TState? Fresh() =>
        typeof(TState).IsValueType || typeof(TState) == typeof(string) || typeof(TState).IsArray || typeof(TState).IsAbstract ? default
        : typeof(TState).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<TState>()
        : (TState)RuntimeHelpers.GetUninitializedObject(typeof(TState));
}
