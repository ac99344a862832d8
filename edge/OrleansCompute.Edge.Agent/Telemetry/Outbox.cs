using System.Collections.Immutable;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Telemetry;

/// <summary>
/// Readings that the fabric has not acknowledged yet, in memory and in an append-only file, numbered without gaps. What was
/// appended survives the end of the process and a power cut at any moment. It holds a fixed number: a producer waits when it is full,
/// nothing is dropped. Thread-safe.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private readonly Lock _gate = new();
    private readonly OutboxFile _file;
    private readonly int _capacity;
    private readonly List<TelemetryReading> _pending;
    private TaskCompletionSource _changed = NewSignal();

    private Outbox(OutboxFile file, int capacity)
    {
        _file = file;
        _capacity = capacity;
        _pending = [.. file.Recovered];
        LastSequence = Math.Max(file.Acknowledged, _pending.Count > 0 ? _pending[^1].Sequence : 0);
        Acknowledged = LastSequence - _pending.Count;
    }

    /// <summary>The number of the last reading ever appended; 0 before the first.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Every reading up to this number is acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Bytes at the end of the file that were not a whole record, and so were cut off when it was opened.</summary>
    public long TornBytes => _file.TornBytes;

    /// <summary>Opens the outbox of a folder, or creates it.</summary>
    /// <param name="folder">Must exist; used by one process at a time.</param>
    /// <param name="capacity">Most readings to hold. More that are found in the file are kept; producers wait until there is room.</param>
    /// <exception cref="IOException">The files cannot be opened, for example because another agent has them open.</exception>
    public static Outbox Open(string folder, int capacity) => new(OutboxFile.Open(folder), capacity);

    /// <summary>Numbers and stores readings; waits while the outbox is full.</summary>
    /// <param name="readings">1 to 512; their sequence numbers are given here.</param>
    /// <param name="cancellationToken">Ends the waiting; nothing was appended then.</param>
    public async Task AppendAsync(IReadOnlyList<TelemetryReading> readings, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                // One batch always fits an empty outbox, however small its capacity.
                if (_pending.Count == 0 || _pending.Count + readings.Count <= _capacity)
                {
                    AppendNow(readings);
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Readings after a sequence number, in order; empty when there are none.</summary>
    public ImmutableArray<TelemetryReading> Peek(long after, int max)
    {
        lock (_gate)
        {
            var skip = (int)Math.Clamp(after - Acknowledged, 0, _pending.Count);
            return [.. _pending.GetRange(skip, Math.Min(max, _pending.Count - skip))];
        }
    }

    /// <summary>Completes when there is a reading after the sequence number.</summary>
    public async Task WhenAppendedAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (LastSequence > after)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Completes when everything that was appended is acknowledged.</summary>
    public async Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_pending.Count == 0)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Forgets every reading up to and including the sequence number; one that was acknowledged before is no error.</summary>
    public void Acknowledge(long through)
    {
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(through, LastSequence);
            if (through <= Acknowledged)
            {
                return;
            }

            _file.WriteAcknowledged(through);
            _pending.RemoveRange(0, (int)(through - Acknowledged));
            Acknowledged = through;
            _file.CompactIfWorthwhile(_pending);
            Signal();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void AppendNow(IReadOnlyList<TelemetryReading> readings)
    {
        var sequence = LastSequence;
        var numbered = readings.Select(reading => reading with { Sequence = ++sequence }).ToImmutableArray();
        _file.Append(numbered);
        _pending.AddRange(numbered);
        LastSequence = sequence;
        Signal();
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }
}
