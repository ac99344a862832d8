using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public interface IWatcher : IGrainObserver
{
    void Seen(string text);
}

public interface IScenarioGrain : IGrainWithIntegerCompoundKey
{
    Task<string> Key();

    Task<string> SiloName();

    Task Store(int value);

    Task<int> Stored();

    Task StoreBehindItsBack(int value);

    Task<int> CallBackThrough(long other, bool allow);

    Task<int> CallTo(long target);

    Task<int> Value();

    [ResponseTimeout("00:00:01")]
    Task Hang();

    Task Watch(IWatcher watcher);

    Task StartTimer();

    Task<int> Ticks();

    Task RemindTooOften();

    [AlwaysInterleave]
    Task Release();

    Task<bool> WaitForRelease();
}

[GenerateSerializer]
public sealed class Number
{
    [Id(0)]
    public int Value { get; set; }
}

[GenerateSerializer, Immutable]
public sealed class HintedPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
public sealed class HintedPlacementAttribute() : PlacementAttribute(new HintedPlacement());

public sealed class HintedDirector(ISiloStatusOracle oracle) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        // Null without any value in the caller's context, although its type does not say so.
        if (target.RequestContextData is not { } values || !values.TryGetValue("silo", out var wanted))
        {
            return Task.FromResult(silos[0]);
        }

        foreach (var silo in silos)
        {
            if (oracle.TryGetSiloName(silo, out var name) && name == (string)wanted)
            {
                return Task.FromResult(silo);
            }
        }

        throw new InvalidOperationException($"no silo named {wanted}");
    }
}
