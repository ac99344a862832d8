using System.Collections.Immutable;
using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// Readings of a device on their way to its twin, in the order in which they arrived: a twin that has seen a reading ignores those
/// before it, so a batch whose commit takes longer holds up the batches behind it. Not thread-safe: the session's lock guards it.
/// </summary>
internal sealed class TwinBacklog
{
    private readonly Queue<Batch> batches = new();

    /// <summary>Readings that are stored and wait for the twin.</summary>
    public int StoredReadings { get; private set; }

    /// <summary>Notes the place of a batch before it is stored.</summary>
    public Batch Reserve(ImmutableArray<Reading> readings)
    {
        var batch = new Batch(readings);
        batches.Enqueue(batch);
        return batch;
    }

    /// <summary>The batch is on disk.</summary>
    public void MarkStored(Batch batch)
    {
        batch.State = BatchState.Stored;
        StoredReadings += batch.Readings.Length;
    }

    /// <summary>The batch could not be stored; the device was told so.</summary>
    public static void Abandon(Batch batch) => batch.State = BatchState.Abandoned;

    /// <summary>Takes what can go to the twin now; empty where the first batch is not stored yet.</summary>
    /// <param name="max">Stop at so many; one batch is taken whole.</param>
    public ImmutableArray<Reading> Take(int max)
    {
        var taken = ImmutableArray.CreateBuilder<Reading>();
        while (batches.TryPeek(out var first) && first.State != BatchState.Pending
            && (taken.Count == 0 || taken.Count + first.Readings.Length <= max))
        {
            batches.Dequeue();
            if (first.State == BatchState.Stored)
            {
                taken.AddRange(first.Readings);
                StoredReadings -= first.Readings.Length;
            }
        }

        return taken.DrainToImmutable();
    }

    /// <summary>Where a batch is.</summary>
    internal enum BatchState
    {
        Pending,
        Stored,
        Abandoned,
    }

    /// <summary>Readings of one message.</summary>
    internal sealed class Batch(ImmutableArray<Reading> readings)
    {
        public ImmutableArray<Reading> Readings { get; } = readings;

        public BatchState State { get; set; }
    }
}
