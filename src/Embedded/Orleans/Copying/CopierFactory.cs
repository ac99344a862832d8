using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Chooses how a type is copied. Thread-safe.</summary>
internal static class CopierFactory
{
    private static readonly ConcurrentDictionary<Type, Func<object, CopyContext, object>> s_byRuntimeType = new();

    private static readonly Dictionary<Type, string> s_collections = new()
    {
        [typeof(List<>)] = nameof(CollectionCopiers.List),
        [typeof(Dictionary<,>)] = nameof(CollectionCopiers.Dictionary),
        [typeof(HashSet<>)] = nameof(CollectionCopiers.HashSet),
        [typeof(Queue<>)] = nameof(CollectionCopiers.Queue),
        [typeof(Stack<>)] = nameof(CollectionCopiers.Stack),
        [typeof(LinkedList<>)] = nameof(CollectionCopiers.LinkedList),
        [typeof(SortedSet<>)] = nameof(CollectionCopiers.SortedSet),
        [typeof(SortedDictionary<,>)] = nameof(CollectionCopiers.SortedDictionary),
        [typeof(SortedList<,>)] = nameof(CollectionCopiers.SortedList),
        [typeof(ConcurrentDictionary<,>)] = nameof(CollectionCopiers.ConcurrentDictionary),
        [typeof(ImmutableArray<>)] = nameof(CollectionCopiers.ImmutableArray),
        [typeof(ImmutableList<>)] = nameof(CollectionCopiers.ImmutableList),
        [typeof(ImmutableDictionary<,>)] = nameof(CollectionCopiers.ImmutableDictionary),
        [typeof(Nullable<>)] = nameof(CollectionCopiers.Nullable),
        [typeof(Memory<>)] = nameof(CollectionCopiers.Memory),
        [typeof(ReadOnlyMemory<>)] = nameof(CollectionCopiers.ReadOnlyMemory),
        [typeof(ArraySegment<>)] = nameof(CollectionCopiers.ArraySegment),
    };

    /// <summary>A copier, or null when values need no copy.</summary>
    public static DeepCopy<T>? Create<T>()
    {
        var type = typeof(T);
        if (ShallowTypes.Contains(type))
        {
            return null;
        }

        if (type.IsSealed || type.IsValueType || type.IsArray)
        {
            return Exact<T>();
        }

        var exact = type.IsInterface || type.IsAbstract || type == typeof(object) ? null : Exact<T>();
        return (value, context) => exact is not null && value!.GetType() == typeof(T)
            ? exact(value, context)
            : (T)ByRuntimeType(value!.GetType())(value, context);
    }

    private static Func<object, CopyContext, object> ByRuntimeType(Type type) => s_byRuntimeType.GetOrAdd(
        type,
        static type =>
        {
            if (type == typeof(object))
            {
                return static (_, _) => new object();
            }

            return (Func<object, CopyContext, object>)typeof(CopierFactory)
                .GetMethod(nameof(Boxed), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null)!;
        });

    private static Func<object, CopyContext, object> Boxed<T>()
    {
        if (ShallowTypes.Contains(typeof(T)))
        {
            return static (value, _) => value;
        }

        var exact = Exact<T>();
        return (value, context) => exact((T)value, context)!;
    }

    private static DeepCopy<T> Exact<T>()
    {
        var type = typeof(T);
        if (type.IsSZArray)
        {
            return (DeepCopy<T>)Collection(nameof(CollectionCopiers.Array), [type.GetElementType()!], type);
        }

        if (type.IsArray && ShallowTypes.Contains(type.GetElementType()!))
        {
            return static (value, _) => (T)((Array)(object)value!).Clone();
        }

        if (type.IsGenericType && s_collections.TryGetValue(type.GetGenericTypeDefinition(), out var method))
        {
            return (DeepCopy<T>)Collection(method, type.GetGenericArguments(), type);
        }

        if (MemberCopier.CanCopy(type))
        {
            return MemberCopier.Create<T>();
        }

        return static (_, _) => throw new Serialization.CodecNotFoundException(
            $"Could not find a copier for type {typeof(T).FullName}: mark it with [GenerateSerializer] and its members with [Id], "
            + "or send a type that calls can copy (a collection expression for an interface type makes one that they cannot: "
            + "use an array, List<T> or ImmutableArray<T>).");
    }

    private static Delegate Collection(string method, Type[] arguments, Type type) =>
        typeof(CollectionCopiers).GetMethod(method, BindingFlags.Public | BindingFlags.Static)!
            .MakeGenericMethod(arguments).CreateDelegate(typeof(DeepCopy<>).MakeGenericType(type));
}
