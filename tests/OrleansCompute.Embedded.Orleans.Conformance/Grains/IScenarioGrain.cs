using Orleans.Concurrency;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

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
