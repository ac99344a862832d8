using System.Runtime.CompilerServices;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public sealed class CounterGrain(ILocalSiloDetails silo) : Grain, ICounterGrain
{
    private readonly Guid _mark = Guid.NewGuid();
    private readonly TaskCompletionSource _cancelled = new();
    private readonly TaskCompletionSource _waiting = new();
    private int _value;
    private Box _box = new();

    public Task<int> Add(int value) => Task.FromResult(_value += value);

    public ValueTask<int> AddFast(int value) => new(_value += value);

    public async Task<int> AddSlowly(int value)
    {
        var read = _value;
        await Task.Yield();
        await Task.Yield();
        return _value = read + value;
    }

    public Task<Guid> ActivationMark() => Task.FromResult(_mark);

    public Task<string> SiloName() => Task.FromResult(silo.Name);

    public Task<Box> Keep(Box box)
    {
        _box = box;
        return Task.FromResult(_box);
    }

    public Task<Box> Kept() => Task.FromResult(_box);

    public Task<MutableRecord> Echo(MutableRecord record) => Task.FromResult(record);

    public Task<Reading> EchoReading(Reading reading) => Task.FromResult(reading);

    public Task<byte[]> EchoBytes(byte[] bytes) => Task.FromResult(bytes);

    public Task Refuse(object value) => Task.CompletedTask;

    public async Task Throw(string message)
    {
        await Task.Yield();
        throw new InvalidOperationException(message);
    }

    public ValueTask ThrowFast(string message) => throw new InvalidOperationException(message);

    public Task Deactivate()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<string[]> SchedulerChecks()
    {
        var own = TaskScheduler.Current;
        var checks = new List<string> { own == TaskScheduler.Default ? "default" : "own" };
        await Task.Yield();
        checks.Add(TaskScheduler.Current == own ? "own" : "other");
        checks.Add(await Task.Run(() => TaskScheduler.Current == TaskScheduler.Default ? "default" : "other"));
        checks.Add(TaskScheduler.Current == own ? "own" : "other");
        return [.. checks];
    }

    public Task<string?> ContextValue(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task Notify(int value)
    {
        _value += value;
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<int> Count(int upTo, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < upTo; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return i;
        }
    }

    public async IAsyncEnumerable<int> CountThenThrow(int upTo)
    {
        for (var i = 0; i < upTo; i++)
        {
            await Task.Yield();
            yield return i;
        }

        throw new InvalidOperationException("the end");
    }

    public async Task WaitForCancellation(CancellationToken cancellationToken)
    {
        _waiting.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }

    public Task IsWaiting() => _waiting.Task;

    public async Task<bool> WasCancelled()
    {
        await _cancelled.Task;
        return true;
    }
}
