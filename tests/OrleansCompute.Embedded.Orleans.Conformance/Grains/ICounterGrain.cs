using Orleans.Concurrency;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> Add(int value);

    ValueTask<int> AddFast(int value);

    /// <summary>Yields between reading and writing, so that overlapping turns would lose updates.</summary>
    Task<int> AddSlowly(int value);

    Task<Guid> ActivationMark();

    Task<string> SiloName();

    Task<Box> Keep(Box box);

    Task<Box> Kept();

    Task<MutableRecord> Echo(MutableRecord record);

    Task<Reading> EchoReading(Reading reading);

    Task<byte[]> EchoBytes(byte[] bytes);

    Task Refuse(object value);

    Task Throw(string message);

    ValueTask ThrowFast(string message);

    Task Deactivate();

    Task<string[]> SchedulerChecks();

    Task<string?> ContextValue(string key);

    [OneWay]
    Task Notify(int value);

    IAsyncEnumerable<int> Count(int upTo, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> CountThenThrow(int upTo);

    Task WaitForCancellation(CancellationToken cancellationToken);

    /// <summary>Ends when <see cref="WaitForCancellation"/> has begun: a request that is cancelled before may never run.</summary>
    [AlwaysInterleave]
    Task IsWaiting();

    Task<bool> WasCancelled();
}
