using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Embedded;

/// <summary>The grain classes and interfaces of the loaded assemblies and of those that they refer to. Thread-safe.</summary>
internal sealed class GrainCatalog
{
    private readonly Lock _gate = new();
    private readonly HashSet<Assembly> _scanned = [];
    private readonly ConcurrentDictionary<GrainType, GrainClass> _classes = new();
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainType> _types = new();
    private readonly ConcurrentDictionary<GrainInterfaceType, Type> _interfaces = new();

    /// <summary>The class of a grain type.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public GrainClass ClassOf(GrainType grainType)
    {
        if (_classes.TryGetValue(grainType, out var grainClass) || (Scan() && _classes.TryGetValue(grainType, out grainClass)))
        {
            return grainClass;
        }

        throw new ArgumentException($"No loaded assembly has a grain class of type '{grainType}'.", nameof(grainType));
    }

    /// <summary>The grain type that implements an interface.</summary>
    /// <exception cref="ArgumentException">There is none, or several and nothing to choose by.</exception>
    public GrainType TypeFor(Type interfaceType, string? classNamePrefix) =>
        _types.TryGetValue((interfaceType, classNamePrefix), out var grainType)
            ? grainType
            : _types[(interfaceType, classNamePrefix)] = Resolve(interfaceType, classNamePrefix);

    public Type InterfaceOf(GrainInterfaceType interfaceType)
    {
        Scan();
        return _interfaces.TryGetValue(interfaceType, out var type)
            ? type
            : throw new ArgumentException($"No loaded assembly has a grain interface '{interfaceType}'.", nameof(interfaceType));
    }

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
        && !type.IsAssignableTo(typeof(GrainReference))
        && (type.IsAssignableTo(typeof(IGrainBase)) || type.IsAssignableTo(typeof(IGrain)));

    private GrainType Resolve(Type interfaceType, string? classNamePrefix)
    {
        if (!interfaceType.IsInterface || !interfaceType.IsAssignableTo(typeof(IAddressable)))
        {
            throw new ArgumentException($"{interfaceType.FullName} is not a grain interface.", nameof(interfaceType));
        }

        if (interfaceType.GetCustomAttribute<DefaultGrainTypeAttribute>() is { } named && classNamePrefix is null)
        {
            return GrainType.Create(named.GrainTypeName);
        }

        var found = Implementations(interfaceType, classNamePrefix);
        if (found.Count != 1)
        {
            Scan();
            found = Implementations(interfaceType, classNamePrefix);
        }

        if (found.Count > 1)
        {
            // As official Orleans: of several, the one named as the interface without its I.
            var byName = found.Where(grainClass => "I" + grainClass.Type.Name == interfaceType.Name).ToList();
            found = byName.Count == 1 ? byName : found;
        }

        return found.Count switch
        {
            1 => found[0].GrainType,
            0 => throw new ArgumentException(
                $"Could not find an implementation for interface {interfaceType.FullName}"
                + (classNamePrefix is null ? "." : $" whose class name starts with '{classNamePrefix}'."), nameof(interfaceType)),
            _ => throw new ArgumentException(
                $"Several grain classes implement {interfaceType.FullName}: {string.Join(", ", found.Select(item => item.Type.FullName))}. "
                + "Pass a grainClassNamePrefix.", nameof(interfaceType)),
        };
    }

    private List<GrainClass> Implementations(Type interfaceType, string? prefix) =>
        [.. _classes.Values.Where(grainClass => interfaceType.IsAssignableFrom(grainClass.Type)
            && (prefix is null || grainClass.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal)
                || grainClass.Type.Name.StartsWith(prefix, StringComparison.Ordinal)))];

    /// <summary>Looks at assemblies that were loaded since the last look; true when there were any.</summary>
    private bool Scan()
    {
        lock (_gate)
        {
            var pending = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic));
            var any = false;
            while (pending.TryDequeue(out var assembly))
            {
                if (!_scanned.Add(assembly))
                {
                    continue;
                }

                any = true;
                foreach (var name in assembly.GetReferencedAssemblies().Where(MayHoldGrains))
                {
                    if (TryLoad(name) is { } referenced)
                    {
                        pending.Enqueue(referenced);
                    }
                }

                if (assembly.GetReferencedAssemblies().Any(name => name.Name == typeof(GrainCatalog).Assembly.GetName().Name))
                {
                    Add(assembly);
                }
            }

            return any;
        }
    }

    private static bool MayHoldGrains(AssemblyName name) =>
        name.Name is { } text
        && !text.StartsWith("System", StringComparison.Ordinal)
        && !text.StartsWith("Microsoft.", StringComparison.Ordinal)
        && text is not ("netstandard" or "mscorlib");

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            // A reference that is not deployed holds no grains that could run here.
            return null;
        }
    }

    private void Add(Assembly assembly)
    {
        Type[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            types = [.. exception.Types.OfType<Type>()];
        }

        foreach (var type in types)
        {
            if (type.IsInterface && !type.ContainsGenericParameters && type.IsAssignableTo(typeof(IAddressable)))
            {
                _interfaces[ProxyCompiler.InterfaceTypeOf(type)] = type;
            }
            else if (IsGrainClass(type))
            {
                var grainClass = new GrainClass(type);
                if (!_classes.TryAdd(grainClass.GrainType, grainClass))
                {
                    // Distinguished when somebody asks for it, so that unrelated test assemblies do not break a silo.
                    _classes.TryAdd(GrainType.Create(type.FullName!.ToLowerInvariant()), grainClass.WithType(type.FullName.ToLowerInvariant()));
                }
            }
        }
    }
}
