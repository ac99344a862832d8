using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Jobs;

/// <inheritdoc cref="ISpeedGrain"/>
internal sealed class SpeedGrain([PersistentState("speeds")] IPersistentState<SpeedGrainState> storage) : Grain, ISpeedGrain
{
    // Bounds the state; the network that nobody trained for longest is forgotten.
    private const int MaxLikes = 500;

    private List<KeyValuePair<string, Dictionary<string, double>>> Likes => storage.State.Likes;

    public Task Learn(string like, ImmutableArray<KindSpeed> speeds)
    {
        if (speeds.IsDefaultOrEmpty)
        {
            return Task.CompletedTask;
        }

        var index = Likes.FindIndex(entry => entry.Key == like);
        var kinds = index < 0 ? [] : Likes[index].Value;
        if (index >= 0)
        {
            Likes.RemoveAt(index);
        }
        else if (Likes.Count >= MaxLikes)
        {
            Likes.RemoveAt(0);
        }

        foreach (var speed in speeds)
        {
            kinds[speed.Kind] = Math.Max(kinds.GetValueOrDefault(speed.Kind), speed.SamplesPerGflop);
        }

        Likes.Add(new(like, kinds));
        return storage.WriteStateAsync();
    }

    public Task<ImmutableArray<KindSpeed>> Get(string like)
    {
        var index = Likes.FindIndex(entry => entry.Key == like);
        return Task.FromResult<ImmutableArray<KindSpeed>>(index < 0 ? [] :
        [
            .. Likes[index].Value.OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new KindSpeed { Kind = kind.Key, SamplesPerGflop = kind.Value }),
        ]);
    }
}
