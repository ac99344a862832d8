using System.Reflection;

namespace Orleans.Embedded;

/// <summary>What is known of one grain class. Immutable.</summary>
internal sealed class GrainClass
{
    private static readonly MethodInfo s_createState =
        typeof(IPersistentStateFactory).GetMethod(nameof(IPersistentStateFactory.Create))!;

    private readonly ConstructorInvoker _constructor;
    private readonly Func<Activation, object?>[] _arguments;

    public GrainClass(Type type)
        : this(type, NameOf(type))
    {
    }

    private GrainClass(Type type, GrainType grainType)
    {
        Type = type;
        GrainType = grainType;
        Strategy = type.GetCustomAttribute<PlacementAttribute>()?.PlacementStrategy;
        MaxLocalWorkers = Strategy is StatelessWorkerPlacement workers ? workers.MaxLocal : 0;
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), true);
        MayInterleave = InterleavePredicate(type);
        CollectionAge = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit
            ?? (type.IsDefined(typeof(KeepAliveAttribute), true) ? Timeout.InfiniteTimeSpan : null);
        StorageName = type.GetCustomAttribute<StorageProviderAttribute>()?.ProviderName;
        var constructor = Choose(type);
        _constructor = ConstructorInvoker.Create(constructor);
        _arguments = [.. constructor.GetParameters().Select(parameter => Argument(type, parameter))];
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    /// <summary>Null for the silo's default.</summary>
    public PlacementStrategy? Strategy { get; }

    /// <summary>Zero for grains with at most one activation.</summary>
    public int MaxLocalWorkers { get; }

    public bool IsReentrant { get; }

    public Func<object, IInvokable, bool>? MayInterleave { get; }

    public TimeSpan? CollectionAge { get; }

    public string? StorageName { get; }

    public GrainClass WithType(string name) => new(Type, GrainType.Create(name));

    public object Create(Activation activation)
    {
        var arguments = new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _arguments[i](activation);
        }

        return _constructor.Invoke(arguments.AsSpan());
    }

    private static GrainType NameOf(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } named)
        {
            return named.GetGrainType(null!, type);
        }

        var name = type.Name.ToLowerInvariant();
        return GrainType.Create(name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name);
    }

    private static ConstructorInfo Choose(Type type)
    {
        var all = type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);
        return all.FirstOrDefault(constructor => constructor.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? all.OrderByDescending(constructor => constructor.IsPublic).ThenByDescending(constructor => constructor.GetParameters().Length).First();
    }

    private static Func<Activation, object?> Argument(Type type, ParameterInfo parameter)
    {
        var wanted = parameter.ParameterType;
        if (wanted == typeof(IGrainContext))
        {
            return static activation => activation;
        }

        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            if (!wanted.IsGenericType || wanted.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            {
                throw new ArgumentException(
                    $"Parameter '{parameter.Name}' of {type.FullName} has [PersistentState] and must be an IPersistentState<T>, not {wanted}.");
            }

            var create = MethodInvoker.Create(s_createState.MakeGenericMethod(wanted.GetGenericArguments()));
            return activation => create.Invoke(
                activation.ActivationServices.GetRequiredService<IPersistentStateFactory>(), activation, (IPersistentStateConfiguration)state);
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return activation => activation.ActivationServices.GetRequiredKeyedService(wanted, keyed.Key);
        }

        return activation => activation.ActivationServices.GetService(wanted)
            ?? (parameter.HasDefaultValue
                ? parameter.DefaultValue
                : throw new InvalidOperationException(
                    $"Unable to resolve service for type '{wanted}' while attempting to activate '{type.FullName}'."));
    }

    private static Func<object, IInvokable, bool>? InterleavePredicate(Type type)
    {
        if (type.GetCustomAttribute<MayInterleaveAttribute>() is not { } attribute)
        {
            return null;
        }

        var method = type.GetMethod(
            attribute.CallbackMethodName,
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy,
            [typeof(IInvokable)]);
        if (method is null || method.ReturnType != typeof(bool))
        {
            throw new InvalidOperationException(
                $"[MayInterleave] of {type.FullName} names '{attribute.CallbackMethodName}', which is no bool method with an IInvokable parameter.");
        }

        var invoker = MethodInvoker.Create(method);
        return (instance, request) => (bool)invoker.Invoke(method.IsStatic ? null : instance, request)!;
    }
}
