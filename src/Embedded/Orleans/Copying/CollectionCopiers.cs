using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Orleans.Embedded;

/// <summary>Copies collections; those of values that need no copy go as a block.</summary>
internal static class CollectionCopiers
{
    public static T[] Array<T>(T[] value, CopyContext context)
    {
        if (value.Length == 0)
        {
            return value;
        }

        if (ShallowTypes.Contains(typeof(T)))
        {
            return value.AsSpan().ToArray();
        }

        if (context.TryFind(value, out var known))
        {
            return known;
        }

        var copy = new T[value.Length];
        context.Add(value, copy);
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = Copier<T>.CopyWithin(value[i], context);
        }

        return copy;
    }

    public static List<T> List<T>(List<T> value, CopyContext context)
    {
        if (ShallowTypes.Contains(typeof(T)))
        {
            return [.. value];
        }

        if (context.TryFind(value, out var known))
        {
            return known;
        }

        var copy = new List<T>(value.Count);
        context.Add(value, copy);
        foreach (var item in value)
        {
            copy.Add(Copier<T>.CopyWithin(item, context));
        }

        return copy;
    }

    public static Dictionary<TKey, TValue> Dictionary<TKey, TValue>(Dictionary<TKey, TValue> value, CopyContext context)
        where TKey : notnull
    {
        if (ShallowTypes.Contains(typeof(TKey)) && ShallowTypes.Contains(typeof(TValue)))
        {
            return new(value, value.Comparer);
        }

        if (context.TryFind(value, out var known))
        {
            return known;
        }

        var copy = new Dictionary<TKey, TValue>(value.Count, value.Comparer);
        context.Add(value, copy);
        foreach (var (key, item) in value)
        {
            copy.Add(Copier<TKey>.CopyWithin(key, context), Copier<TValue>.CopyWithin(item, context));
        }

        return copy;
    }

    public static HashSet<T> HashSet<T>(HashSet<T> value, CopyContext context) => new(Items(value, context), value.Comparer);

    public static Queue<T> Queue<T>(Queue<T> value, CopyContext context) => new(Items(value, context));

    public static Stack<T> Stack<T>(Stack<T> value, CopyContext context) => new(Items(value.Reverse(), context));

    public static LinkedList<T> LinkedList<T>(LinkedList<T> value, CopyContext context) => new(Items(value, context));

    public static SortedSet<T> SortedSet<T>(SortedSet<T> value, CopyContext context) => new(Items(value, context), value.Comparer);

    public static SortedDictionary<TKey, TValue> SortedDictionary<TKey, TValue>(SortedDictionary<TKey, TValue> value, CopyContext context)
        where TKey : notnull
    {
        var copy = new SortedDictionary<TKey, TValue>(value.Comparer);
        foreach (var (key, item) in value)
        {
            copy.Add(Copier<TKey>.CopyWithin(key, context), Copier<TValue>.CopyWithin(item, context));
        }

        return copy;
    }

    public static SortedList<TKey, TValue> SortedList<TKey, TValue>(SortedList<TKey, TValue> value, CopyContext context)
        where TKey : notnull
    {
        var copy = new SortedList<TKey, TValue>(value.Count, value.Comparer);
        foreach (var (key, item) in value)
        {
            copy.Add(Copier<TKey>.CopyWithin(key, context), Copier<TValue>.CopyWithin(item, context));
        }

        return copy;
    }

    public static ConcurrentDictionary<TKey, TValue> ConcurrentDictionary<TKey, TValue>(
        ConcurrentDictionary<TKey, TValue> value, CopyContext context)
        where TKey : notnull =>
        new(value.Select(pair => KeyValuePair.Create(Copier<TKey>.CopyWithin(pair.Key, context), Copier<TValue>.CopyWithin(pair.Value, context))),
            value.Comparer);

    public static ImmutableArray<T> ImmutableArray<T>(ImmutableArray<T> value, CopyContext context) =>
        value.IsDefaultOrEmpty ? value : [.. value.Select(item => Copier<T>.CopyWithin(item, context))];

    public static ImmutableList<T> ImmutableList<T>(ImmutableList<T> value, CopyContext context) => [.. Items(value, context)];

    public static ImmutableDictionary<TKey, TValue> ImmutableDictionary<TKey, TValue>(
        ImmutableDictionary<TKey, TValue> value, CopyContext context)
        where TKey : notnull =>
        value.ToImmutableDictionary(
            pair => Copier<TKey>.CopyWithin(pair.Key, context),
            pair => Copier<TValue>.CopyWithin(pair.Value, context),
            value.KeyComparer,
            value.ValueComparer);

    public static T? Nullable<T>(T? value, CopyContext context)
        where T : struct => value is { } item ? Copier<T>.CopyWithin(item, context) : null;

    public static Memory<T> Memory<T>(Memory<T> value, CopyContext context) => Array(value.ToArray(), context);

    public static ReadOnlyMemory<T> ReadOnlyMemory<T>(ReadOnlyMemory<T> value, CopyContext context) => Array(value.ToArray(), context);

    public static ArraySegment<T> ArraySegment<T>(ArraySegment<T> value, CopyContext context) =>
        value.Array is null ? value : new(Array(value.ToArray(), context));

    private static IEnumerable<T> Items<T>(IEnumerable<T> value, CopyContext context) =>
        ShallowTypes.Contains(typeof(T)) ? value : value.Select(item => Copier<T>.CopyWithin(item, context));
}
