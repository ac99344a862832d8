using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>A grain storage whose disk is full when a test says so. Thread-safe.</summary>
/// <param name="state">Beginning of the names of states that are not written then.</param>
public sealed class StoreTrap(string state) : IGrainStorage
{
    private IGrainStorage _inner = null!;
    private volatile bool _isFull;
    private Func<Task>? _next;

    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    /// <summary>Does something before the next write of such a state, once: waits, or fails.</summary>
    public void Once(Func<Task> before) => Volatile.Write(ref _next, before);

    /// <summary>Makes it the default storage of a silo.</summary>
    public void Wrap(IServiceCollection services, IGrainStorage storage)
    {
        _inner = storage;
        services.AddKeyedSingleton<IGrainStorage>("Default", this);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (stateName.StartsWith(state, StringComparison.Ordinal))
        {
            if (Interlocked.Exchange(ref _next, null) is { } next)
            {
                await next();
            }

            if (IsFull)
            {
                throw new IOException("the disk is full");
            }
        }

        await _inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _inner.ClearStateAsync(stateName, grainId, grainState);
}
