using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Which types need no copy because their values cannot change. Thread-safe.</summary>
internal static class ShallowTypes
{
    private static readonly FrozenSet<Type> s_known = new[]
    {
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly),
        typeof(Guid), typeof(Uri), typeof(Version), typeof(Half), typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Complex),
        typeof(CancellationToken), typeof(IPAddress), typeof(IPEndPoint), typeof(CultureInfo), typeof(Unit), typeof(TimeZoneInfo),
        typeof(Index), typeof(Range), typeof(DBNull),
    }.ToFrozenSet();

    private static readonly FrozenSet<Type> s_containers = new[]
    {
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>), typeof(ImmutableQueue<>),
        typeof(ImmutableStack<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(KeyValuePair<,>), typeof(Nullable<>),
        typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>), typeof(ValueTuple<,,,,>),
        typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>), typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(Tuple<,,,>),
        typeof(Tuple<,,,,>), typeof(Tuple<,,,,,>), typeof(Tuple<,,,,,,>),
    }.ToFrozenSet();

    private static readonly ConcurrentDictionary<Type, bool> s_cache = new();

    public static bool Contains(Type type) => s_cache.GetOrAdd(type, static type => Decide(type));

    private static bool Decide(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || s_known.Contains(type)
            || type.IsDefined(typeof(ImmutableAttribute), false)
            || type.IsAssignableTo(typeof(Exception)) || type.IsAssignableTo(typeof(Type)) || type.IsAssignableTo(typeof(MemberInfo))
            || type.IsAssignableTo(typeof(IAddressable)))
        {
            return true;
        }

        if (type.IsGenericType && s_containers.Contains(type.GetGenericTypeDefinition()))
        {
            return type.GetGenericArguments().All(Contains);
        }

        return type.IsValueType && type.IsDefined(typeof(GenerateSerializerAttribute), false)
            && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).All(field => Contains(field.FieldType));
    }
}
