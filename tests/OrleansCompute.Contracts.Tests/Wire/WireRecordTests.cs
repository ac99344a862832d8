using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;

namespace OrleansCompute.Contracts.Tests.Wire;

/// <summary>What makes a record fit for the wire, for every record that a grain interface takes or gives.</summary>
public sealed class WireRecordTests
{
    private static readonly Assembly Contracts = typeof(FabricKey).Assembly;

    public static TheoryData<Type> WireTypes => [.. Reachable().OrderBy(type => type.FullName, StringComparer.Ordinal)];

    public static TheoryData<Type> GrainInterfaces => [.. Interfaces()];

    [Fact]
    public void Reachable_WhenCollected_HoldsThirtyAndMore() => Assert.True(Reachable().Count >= 30, string.Join(", ", Reachable()));

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void Type_WhenOnTheWire_HasSerializerAndVersionedAlias(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Assert.NotNull(type.GetCustomAttribute<GenerateSerializerAttribute>());
        Assert.Matches("^oc\\.[a-z0-9-]+\\.v[1-9][0-9]*$", type.GetCustomAttribute<AliasAttribute>()?.Alias);
        Assert.True(type.IsSealed, "a wire type is sealed");
    }

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void Members_WhenOnTheWire_HaveContiguousUniqueIds(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.IsAssignableTo(typeof(Exception)))
        {
            return;
        }

        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.SetMethod is not null).ToList();
        Assert.NotEmpty(properties);
        var ids = properties.Select(property =>
        {
            var id = property.GetCustomAttribute<IdAttribute>();
            Assert.True(id is not null, $"{type.Name}.{property.Name} has no [Id]: it would be lost on the wire");
            return (int)id.Id;
        });
        Assert.Equal(Enumerable.Range(0, properties.Count), ids.Order());
    }

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void Members_WhenOnTheWire_AreImmutable(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Assert.DoesNotContain(
            type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly),
            property => property.SetMethod is { } setter
                && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)));
    }

    [Fact]
    public void Aliases_WhenOverTheAssembly_AreUnique()
    {
        var aliases = Contracts.GetTypes()
            .Select(type => type.GetCustomAttribute<AliasAttribute>()?.Alias)
            .OfType<string>()
            .ToList();
        Assert.NotEmpty(aliases);
        Assert.Equal(aliases.Distinct(StringComparer.Ordinal).Order(), aliases.Order());
    }

    [Theory]
    [MemberData(nameof(GrainInterfaces))]
    public void Interface_WhenForGrains_HasAnAliasOfItsName(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Assert.Equal($"oc.{type.Name}", type.GetCustomAttribute<AliasAttribute>()?.Alias);
    }

    private static List<Type> Interfaces() =>
        [.. Contracts.GetTypes().Where(IsGrainInterface)];

    private static bool IsGrainInterface(Type type) =>
        type.IsInterface && type.GetInterfaces().Any(parent => parent == typeof(IGrainWithStringKey) || parent == typeof(IGrainObserver));

    private static HashSet<Type> Reachable()
    {
        var found = new HashSet<Type>();
        var open = new Queue<Type>(Interfaces()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)));
        foreach (var exception in Contracts.GetTypes().Where(type => type.IsAssignableTo(typeof(Exception))))
        {
            open.Enqueue(exception);
        }

        while (open.TryDequeue(out var type))
        {
            foreach (var part in type.GetGenericArguments().Concat(type.HasElementType ? [type.GetElementType()!] : []))
            {
                open.Enqueue(part);
            }

            if (type.Assembly != Contracts || type.IsEnum || type.IsInterface || !found.Add(type))
            {
                continue;
            }

            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                open.Enqueue(property.PropertyType);
            }
        }

        return found;
    }
}
