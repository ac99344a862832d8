using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Embedded;

/// <summary>Emits a proxy's method: make the request, copy the arguments into it, send it.</summary>
internal static class ProxyMethodEmitter
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    public static void Emit(TypeBuilder proxy, MethodInfo method, RequestEmitter? request)
    {
        var parameters = method.GetParameters();
        var builder = proxy.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot);
        if (method.IsGenericMethodDefinition)
        {
            CopyGenericParameters(builder, method);
        }

        builder.SetParameters([.. parameters.Select(parameter => parameter.ParameterType)]);
        builder.SetReturnType(method.ReturnType);
        var il = builder.GetILGenerator();
        if (request is null)
        {
            il.Emit(OpCodes.Ldstr, $"{method.DeclaringType.FullName}.{method.Name}: generic methods, properties, and by-reference parameters of grain "
                + "interfaces are not part of the embedded Orleans engine; build with -p:Packages=Official where official Orleans has them.");
            il.Emit(OpCodes.Newobj, typeof(NotSupportedException).GetConstructor([typeof(string)])!);
            il.Emit(OpCodes.Throw);
        }
        else
        {
            var local = il.DeclareLocal(request.Type);
            il.Emit(OpCodes.Newobj, request.Constructor);
            il.Emit(OpCodes.Stloc, local);
            for (var i = 0; i < parameters.Length; i++)
            {
                il.Emit(OpCodes.Ldloc, local);
                il.Emit(OpCodes.Ldarg, (short)(i + 1));
                var type = parameters[i].ParameterType;
                if (!ShallowTypes.Contains(type) && !parameters[i].IsDefined(typeof(ImmutableAttribute), false))
                {
                    il.Emit(OpCodes.Call, typeof(Copier<>).MakeGenericType(type).GetMethod(nameof(Copier<int>.Copy))!);
                }

                il.Emit(OpCodes.Stfld, request.Fields[i]);
            }

            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldloc, local);
            il.Emit(OpCodes.Call, Sender(method.ReturnType));
            il.Emit(OpCodes.Ret);
        }

        proxy.DefineMethodOverride(builder, method);
    }

    private static MethodInfo Sender(Type returnType)
    {
        if (returnType == typeof(void))
        {
            return typeof(GrainReference).GetMethod(nameof(GrainReference.SendVoid), Any)!;
        }

        if (returnType == typeof(ValueTask))
        {
            return typeof(GrainReference).GetMethod(nameof(GrainReference.SendUnitValueTask), Any)!;
        }

        if (returnType == typeof(Task))
        {
            return typeof(GrainReference).GetMethod(nameof(GrainReference.SendTask), Any)!.MakeGenericMethod(typeof(Unit));
        }

        var definition = returnType.GetGenericTypeDefinition();
        var name = definition == typeof(Task<>) ? nameof(GrainReference.SendTask)
            : definition == typeof(ValueTask<>) ? nameof(GrainReference.SendValueTask)
            : nameof(GrainReference.SendEnumerable);
        return typeof(GrainReference).GetMethod(name, Any)!.MakeGenericMethod(returnType.GetGenericArguments());
    }

    private static void CopyGenericParameters(MethodBuilder builder, MethodInfo method)
    {
        var originals = method.GetGenericArguments();
        var copies = builder.DefineGenericParameters([.. originals.Select(argument => argument.Name)]);
        for (var i = 0; i < copies.Length; i++)
        {
            copies[i].SetGenericParameterAttributes(originals[i].GenericParameterAttributes);
        }
    }
}
