using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>
/// Emits one proxy class per grain interface and one request class per method, once; a call then runs plain compiled code.
/// The cache holds what is the same for every cluster in the process. Thread-safe.
/// </summary>
internal static class ProxyCompiler
{
    private static readonly ConcurrentDictionary<Type, Lazy<Entry>> s_proxies = new();

    private static readonly ConstructorInfo s_referenceConstructor = typeof(GrainReference).GetConstructor(
        BindingFlags.Instance | BindingFlags.NonPublic, [typeof(GrainReferenceRuntime), typeof(GrainId), typeof(GrainInterfaceType)])!;

    private delegate GrainReference Factory(GrainReferenceRuntime runtime, GrainId grainId, GrainInterfaceType interfaceType);

    public static GrainReference Create(Type interfaceType, GrainReferenceRuntime runtime, GrainId grainId)
    {
        if (!s_proxies.TryGetValue(interfaceType, out var lazy))
        {
            lazy = s_proxies.GetOrAdd(interfaceType, static type => new Lazy<Entry>(() => Compile(type)));
        }

        var entry = lazy.Value;
        return entry.Create(runtime, grainId, entry.InterfaceType);
    }

    public static GrainInterfaceType InterfaceTypeOf(Type interfaceType) => GrainInterfaceType.Create(
        interfaceType.GetCustomAttribute<AliasAttribute>(false)?.Alias ?? interfaceType.FullName!);

    private static Entry Compile(Type type)
    {
        if (!type.IsInterface || !type.IsAssignableTo(typeof(IAddressable)))
        {
            throw new ArgumentException($"{type.FullName} is not a grain or observer interface.", nameof(type));
        }

        if (type.IsGenericType)
        {
            throw new NotSupportedException(
                $"Generic grain interfaces such as {type} are not part of the embedded Orleans engine; build with -p:Packages=Official for them.");
        }

        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"Orleans.Embedded.Proxies.{type.FullName}"), AssemblyBuilderAccess.Run);
        var methods = type.GetInterfaces().Prepend(type).SelectMany(static item => item.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(static method => method.IsAbstract).ToList();
        GrantAccess(assembly, type, methods);
        var module = assembly.DefineDynamicModule("Proxies");
        var proxy = module.DefineType($"Proxy.{type.Name}", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [type]);
        EmitConstructor(proxy);
        var requests = new List<RequestEmitter>();
        foreach (var method in methods)
        {
            var request = RequestEmitter.TryCreate(module, type, method, requests.Count);
            ProxyMethodEmitter.Emit(proxy, method, request);
            if (request is not null)
            {
                requests.Add(request);
            }
        }

        foreach (var request in requests)
        {
            request.Finish();
        }

        var built = proxy.CreateType();
        return new Entry(Activator(built), InterfaceTypeOf(type));
    }

    private static void GrantAccess(AssemblyBuilder assembly, Type type, List<MethodInfo> methods)
    {
        var attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        var used = methods.SelectMany(static method => method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.ReturnType))
            .SelectMany(WithArguments).Append(type).Append(typeof(GrainReference)).Select(static item => item.Assembly.GetName().Name!).Distinct();
        foreach (var name in used)
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }
    }

    private static IEnumerable<Type> WithArguments(Type type) =>
        type.HasElementType ? WithArguments(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(WithArguments).Append(type)
        : [type];

    private static void EmitConstructor(TypeBuilder proxy)
    {
        var constructor = proxy.DefineConstructor(
            MethodAttributes.Public, CallingConventions.HasThis, [typeof(GrainReferenceRuntime), typeof(GrainId), typeof(GrainInterfaceType)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Call, s_referenceConstructor);
        il.Emit(OpCodes.Ret);
    }

    private static Factory Activator(Type proxy)
    {
        var runtime = Expression.Parameter(typeof(GrainReferenceRuntime));
        var grainId = Expression.Parameter(typeof(GrainId));
        var interfaceType = Expression.Parameter(typeof(GrainInterfaceType));
        return Expression.Lambda<Factory>(
            Expression.Convert(Expression.New(proxy.GetConstructors()[0], runtime, grainId, interfaceType), typeof(GrainReference)),
            runtime,
            grainId,
            interfaceType).Compile();
    }

    private sealed record Entry(Factory Create, GrainInterfaceType InterfaceType);
}
