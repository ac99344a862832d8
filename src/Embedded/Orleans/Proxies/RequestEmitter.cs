using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Embedded;

/// <summary>Emits the request class of one method: a field per argument, and the typed call.</summary>
internal sealed class RequestEmitter
{
    private const MethodAttributes Override =
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.Final;

    private readonly TypeBuilder _type;
    private readonly FieldBuilder _descriptor;
    private readonly Type _interfaceType;
    private readonly MethodInfo _method;
    private readonly Type _result;

    private RequestEmitter(TypeBuilder type, Type interfaceType, MethodInfo method, Type result)
    {
        _type = type;
        _interfaceType = interfaceType;
        _method = method;
        _result = result;
        Constructor = type.DefineDefaultConstructor(MethodAttributes.Public);
        _descriptor = type.DefineField("Descriptor", typeof(MethodDescriptor), FieldAttributes.Public | FieldAttributes.Static);
        Fields = [.. method.GetParameters().Select((parameter, index) =>
            type.DefineField("Argument" + index, parameter.ParameterType, FieldAttributes.Public))];
        EmitDescriptor();
        EmitToken();
        EmitCall();
    }

    public Type Type => _type;

    public ConstructorInfo Constructor { get; }

    public FieldBuilder[] Fields { get; }

    /// <summary>Null for methods that the embedded engine leaves out.</summary>
    /// <exception cref="NotSupportedException">The method returns something that no grain method may.</exception>
    public static RequestEmitter? TryCreate(ModuleBuilder module, Type interfaceType, MethodInfo method, int index)
    {
        if (method.IsGenericMethodDefinition || method.IsSpecialName || method.GetParameters().Any(parameter => parameter.ParameterType.IsByRef))
        {
            return null;
        }

        var result = ResultOf(interfaceType, method);
        var type = module.DefineType(
            $"Request.{interfaceType.Name}.{method.Name}.{index}",
            TypeAttributes.Public | TypeAttributes.Sealed,
            typeof(GrainRequest<>).MakeGenericType(result));
        return new RequestEmitter(type, interfaceType, method, result);
    }

    public void Finish()
    {
        var built = _type.CreateType();
        var options = InvokeMethodOptions.None;
        options |= _method.IsDefined(typeof(OneWayAttribute)) || _method.ReturnType == typeof(void) ? InvokeMethodOptions.OneWay : 0;
        options |= _method.IsDefined(typeof(ReadOnlyAttribute)) ? InvokeMethodOptions.ReadOnly : 0;
        options |= _method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? InvokeMethodOptions.AlwaysInterleave : 0;
        built.GetField("Descriptor")!.SetValue(null, new MethodDescriptor
        {
            InterfaceType = _interfaceType,
            Method = _method,
            Options = options,
            ResponseTimeout = _method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout,
            ArgumentFields = [.. Fields.Select(field => built.GetField(field.Name)!)],
            CopiesResult = !IsEnumerable(_method.ReturnType) && !ShallowTypes.Contains(_result)
                && !_method.ReturnParameter.IsDefined(typeof(ImmutableAttribute), false),
        });
    }

    private static Type ResultOf(Type interfaceType, MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
        {
            return typeof(Unit);
        }

        if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
        {
            return type.GetGenericArguments()[0];
        }

        return IsEnumerable(type)
            ? type
            : throw new NotSupportedException(
                $"{interfaceType.FullName}.{method.Name} returns {type}; grain methods return Task, Task<T>, ValueTask, ValueTask<T>, IAsyncEnumerable<T> or void.");
    }

    private static bool IsEnumerable(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    private void EmitDescriptor()
    {
        var getter = _type.DefineMethod("get_Method", Override, typeof(MethodDescriptor), Type.EmptyTypes);
        var il = getter.GetILGenerator();
        il.Emit(OpCodes.Ldsfld, _descriptor);
        il.Emit(OpCodes.Ret);
    }

    private void EmitToken()
    {
        if (Array.Find(Fields, field => field.FieldType == typeof(CancellationToken)) is not { } token)
        {
            return;
        }

        var getter = _type.DefineMethod("get_Token", Override, typeof(CancellationToken), Type.EmptyTypes).GetILGenerator();
        getter.Emit(OpCodes.Ldarg_0);
        getter.Emit(OpCodes.Ldfld, token);
        getter.Emit(OpCodes.Ret);
        var setter = _type.DefineMethod("set_Token", Override, typeof(void), [typeof(CancellationToken)]).GetILGenerator();
        setter.Emit(OpCodes.Ldarg_0);
        setter.Emit(OpCodes.Ldarg_1);
        setter.Emit(OpCodes.Stfld, token);
        setter.Emit(OpCodes.Ret);
    }

    private void EmitCall()
    {
        var answer = typeof(ValueTask<>).MakeGenericType(_result);
        var il = _type.DefineMethod("Call", Override, answer, [typeof(object)]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, _method.DeclaringType!);
        foreach (var field in Fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }

        il.Emit(OpCodes.Callvirt, _method);
        var type = _method.ReturnType;
        if (type == typeof(void))
        {
            var nothing = il.DeclareLocal(answer);
            il.Emit(OpCodes.Ldloca, nothing);
            il.Emit(OpCodes.Initobj, answer);
            il.Emit(OpCodes.Ldloc, nothing);
        }
        else if (type == typeof(Task) || type == typeof(ValueTask))
        {
            il.Emit(OpCodes.Call, typeof(RequestHelpers).GetMethod(nameof(RequestHelpers.Wrap), [type])!);
        }
        else if (type != answer)
        {
            il.Emit(OpCodes.Newobj, answer.GetConstructor([type])!);
        }

        il.Emit(OpCodes.Ret);
    }
}
