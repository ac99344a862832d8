using Orleans.Concurrency;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

/// <summary>Hold waits until something frees it; the log says in which order requests ran.</summary>
public interface ITurnGrain : IGrainWithStringKey
{
    Task<string> Hold();

    /// <summary>Frees a holder, if it may run while that one holds.</summary>
    Task Pass();

    [ReadOnly]
    Task<string> HoldReading();

    [ReadOnly]
    Task PassReading();

    [AlwaysInterleave]
    Task Free();

    [AlwaysInterleave]
    Task<string[]> Log();

    /// <summary>Calls <see cref="Back"/> of the other grain, which calls <see cref="Ping"/> of this one.</summary>
    Task Through(string other);

    Task Back(string first);

    Task Ping();

    Task Migrate();

    Task StartTimer();

    Task Work();

    [AlwaysInterleave]
    Task<(int Ticks, int MostAtOnce)> Overlap();
}
