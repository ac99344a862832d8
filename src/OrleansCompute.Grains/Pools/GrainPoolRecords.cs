using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansCompute.Grains.Pools;

/// <summary>Records in the store of grains, under the grain's id, guarded by their ETags.</summary>
internal sealed class GrainPoolRecords(IGrainStorage storage, GrainId grain) : IPoolRecords
{
    private readonly Dictionary<string, object> _states = new(StringComparer.Ordinal);

    public async Task<T> ReadAsync<T>(string name)
        where T : class, new()
    {
        var state = new GrainState<T>(new T());
        await storage.ReadStateAsync(name, grain, state);
        _states[name] = state;
        return state.State ?? new T();
    }

    public Task WriteAsync<T>(string name, T record)
        where T : class, new()
    {
        var state = (GrainState<T>)_states[name];
        state.State = record;
        return storage.WriteStateAsync(name, grain, state);
    }
}
