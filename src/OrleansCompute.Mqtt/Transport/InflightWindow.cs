using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace OrleansCompute.Mqtt.Transport;

/// <summary>
/// What was sent and is not acknowledged yet, in the order of sending. Packet identifiers follow that order, so finding one is
/// arithmetic instead of a hash lookup, and memory follows the span between the oldest and the newest. Not thread-safe.
/// </summary>
internal sealed class InflightWindow<T>
    where T : class
{
    private const int Identifiers = ushort.MaxValue;
    private T?[] _ring = [];

    /// <summary>Sequence number of the oldest item.</summary>
    public long Head { get; private set; }

    /// <summary>One above the newest.</summary>
    public long Tail { get; private set; }

    public int Count { get; private set; }

    /// <summary>False while the oldest item holds the only free identifier: 65,535 may be under way.</summary>
    public bool HasIdentifier => Tail - Head < Identifiers;

    public static ushort IdOf(long sequence) => (ushort)((sequence % Identifiers) + 1);

    public ushort Add(T item)
    {
        if (Tail - Head >= _ring.Length)
        {
            Grow();
        }

        var sequence = Tail++;
        _ring[sequence & (_ring.Length - 1)] = item;
        Count++;
        return IdOf(sequence);
    }

    /// <summary>The item at a sequence number from <see cref="Head"/> to below <see cref="Tail"/>; null when it was removed.</summary>
    public T? At(long sequence) => sequence >= Head && sequence < Tail ? _ring[sequence & (_ring.Length - 1)] : null;

    public bool TryGet(ushort id, [NotNullWhen(true)] out T? item) => (item = At(SequenceOf(id))) is not null;

    public bool TryRemove(ushort id, [NotNullWhen(true)] out T? item)
    {
        var sequence = SequenceOf(id);
        item = At(sequence);
        if (item is null)
        {
            return false;
        }

        _ring[sequence & (_ring.Length - 1)] = null;
        Count--;
        while (Head < Tail && _ring[Head & (_ring.Length - 1)] is null)
        {
            Head++;
        }

        if (Count == 0)
        {
            _ring = [];
        }

        return true;
    }

    /// <summary>All items, oldest first.</summary>
    public IEnumerable<T> Items()
    {
        for (var sequence = Head; sequence < Tail; sequence++)
        {
            if (At(sequence) is { } item)
            {
                yield return item;
            }
        }
    }

    private long SequenceOf(ushort id) =>
        id == 0 ? long.MaxValue : Head + ((id - 1 - (Head % Identifiers) + Identifiers) % Identifiers);

    private void Grow()
    {
        var larger = new T?[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, _ring.Length * 2))];
        for (var sequence = Head; sequence < Tail; sequence++)
        {
            larger[sequence & (larger.Length - 1)] = _ring[sequence & (_ring.Length - 1)];
        }

        _ring = larger;
    }
}
