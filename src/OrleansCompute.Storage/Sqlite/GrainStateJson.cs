using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>
/// How grain state becomes JSON: enums by name (a reordered enum reads old files), immutable arrays even when default, NaN and infinities by
/// name, properties with private setters, collections without setter, public fields. What it cannot do by itself: interfaces and base types
/// without <see cref="JsonDerivedTypeAttribute"/>, references to grains.
/// </summary>
internal static class GrainStateJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            IncludeFields = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AllowPrivateSetters } },
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new ImmutableArrayJsonConverterFactory());
        options.MakeReadOnly();
        return options;
    }

    private static void AllowPrivateSetters(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        if (type.CreateObject is null && type.Type is { IsAbstract: false, IsInterface: false } && !HasPublicConstructor(type.Type)
            && type.Type.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, []) is { } constructor)
        {
            type.CreateObject = () => constructor.Invoke(null);
        }

        foreach (var property in type.Properties)
        {
            if (property.Set is not null || property.AttributeProvider is not PropertyInfo member)
            {
                continue;
            }

            // The setter of a base class is private to it, and visible only through it.
            if (member.DeclaringType!.GetProperty(member.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                is { SetMethod: { } setter })
            {
                property.Set = (target, value) => setter.Invoke(target, [value]);
            }
            else if (type.CreateObject is not null && typeof(System.Collections.ICollection).IsAssignableFrom(member.PropertyType)
                && !member.PropertyType.IsArray)
            {
                property.ObjectCreationHandling = JsonObjectCreationHandling.Populate;
            }
        }
    }

    private static bool HasPublicConstructor(Type type) => type.GetConstructors().Length > 0;
}
