namespace OrleansCompute.Training.Accelerators;

/// <summary>
/// A part of an accelerator's time, opened with <see cref="AcceleratorExecutor.OpenShare"/>. While others want theirs, the owner gets its
/// fraction over that of all who want time; what they leave it may use as well. An owner that used more than its part waits; its
/// neighbours do not. Thread-safe; disposing closes it.
/// </summary>
public sealed class AcceleratorShare : IDisposable
{
    private readonly AcceleratorExecutor _executor;

    internal AcceleratorShare(AcceleratorExecutor executor, ShareQueue queue)
    {
        _executor = executor;
        Queue = queue;
    }

    /// <summary>Who owns it, for messages.</summary>
    public string Name => Queue.Name;

    /// <summary>Its part of the accelerator's time, above 0 to 1.</summary>
    public double Fraction => Queue.Fraction;

    /// <summary>Time that its items took so far.</summary>
    public TimeSpan BusyTime => _executor.ReadBusyTime(Queue);

    internal ShareQueue Queue { get; }

    /// <inheritdoc cref="AcceleratorExecutor.RunAsync"/>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => _executor.EnqueueAsync(Queue, work, cancellationToken);

    /// <summary>Takes no more work; what waits fails with the reason, what runs ends.</summary>
    /// <param name="reason">A sentence for whoever still wants to use it.</param>
    public void Close(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        _executor.Close(Queue, reason);
    }

    /// <inheritdoc/>
    public void Dispose() => Close($"The share of {Name} on accelerator '{_executor.Name}' was closed.");
}
