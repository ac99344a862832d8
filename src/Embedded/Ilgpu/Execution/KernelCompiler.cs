using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>Turns a kernel into delegates that the launcher calls.</summary>
internal static class KernelCompiler
{
    private static readonly Type[] ThreeIndices = [typeof(Index3D), typeof(LongIndex3D)];

    /// <summary>A kernel that needs to know nothing but its index: a plain loop.</summary>
    public static KernelRange<TArgs> Range<TArgs>(MethodInfo kernel, Type index)
        where TArgs : struct
    {
        var types = kernel.GetParameters().Select(static parameter => parameter.ParameterType).ToArray();
        var method = new DynamicMethod(
            kernel.Name + "_range",
            typeof(void),
            [typeof(TArgs).MakeByRefType(), typeof(long), typeof(long), typeof(long), typeof(long)],
            typeof(KernelCompiler).Module,
            skipVisibility: true);
        var il = method.GetILGenerator();
        var layout = new TupleLayout(types.Skip(1));
        var arguments = new LocalBuilder[types.Length - 1];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = il.DeclareLocal(types[i + 1]);
            il.Emit(OpCodes.Ldarg_0);
            layout.EmitLoad(il, i);
            il.Emit(OpCodes.Stloc, arguments[i]);
        }

        EmitLoop(il, index, () =>
        {
            if (!kernel.IsStatic)
            {
                il.Emit(OpCodes.Ldnull);
            }
        }, () =>
        {
            foreach (var argument in arguments)
            {
                il.Emit(OpCodes.Ldloc, argument);
            }

            il.Emit(OpCodes.Call, kernel);
        });
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<KernelRange<TArgs>>();
    }

    /// <summary>A kernel that asks for its group.</summary>
    public static GroupProgram<TArgs> Group<TArgs>(MethodInfo kernel, Type? index, KernelReach reach)
        where TArgs : struct
    {
        var parameters = kernel.GetParameters().Select(static parameter => parameter.ParameterType).ToArray();
        var arguments = new TupleLayout(index is null ? parameters : parameters.Skip(1));
        var emitter = Flatten(kernel, reach);
        var frame = emitter?.Frame.Type ?? typeof(ValueTuple);
        var method = new DynamicMethod(
            kernel.Name + "_step",
            typeof(int),
            [frame.MakeByRefType(), typeof(TArgs).MakeByRefType(), typeof(KernelContext), typeof(int)],
            typeof(KernelCompiler).Module,
            skipVisibility: true);
        var il = method.GetILGenerator();
        void Load(ILGenerator target, int position)
        {
            if (index is not null && position == 0)
            {
                EmitGlobalIndex(target, index);
            }
            else
            {
                target.Emit(OpCodes.Ldarg_1);
                arguments.EmitLoad(target, index is null ? position : position - 1);
            }
        }

        if (emitter is null)
        {
            EmitCall(il, kernel, parameters.Length, Load);
        }
        else
        {
            emitter.Emit(il, Load);
        }

        var step = method.CreateDelegate(typeof(KernelStep<,>).MakeGenericType(frame, typeof(TArgs)));
        WaitKind[] waits = emitter is null ? [WaitKind.Done] : emitter.Waits;
        return (GroupProgram<TArgs>)Activator.CreateInstance(
            typeof(GroupProgram<,>).MakeGenericType(typeof(TArgs), frame), step, waits, waits.Length > 1 ? emitter!.SlotSize : 1)!;
    }

    // A kernel that waits for nobody can also be called as it is, should it have something that cannot be flattened.
    private static KernelEmitter? Flatten(MethodInfo kernel, KernelReach reach)
    {
        try
        {
            var flattener = new KernelFlattener(reach);
            flattener.Flatten(kernel);
            return new KernelEmitter(kernel, flattener);
        }
        catch (NotSupportedException) when (!reach.Of(kernel).Waits)
        {
            return null;
        }
    }

    private static void EmitCall(ILGenerator il, MethodInfo kernel, int parameters, Action<ILGenerator, int> load)
    {
        if (!kernel.IsStatic)
        {
            il.Emit(OpCodes.Ldnull);
        }

        for (var i = 0; i < parameters; i++)
        {
            load(il, i);
        }

        il.Emit(OpCodes.Call, kernel);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitGlobalIndex(ILGenerator il, Type index)
    {
        var component = index.GetProperty("X")!.PropertyType;
        foreach (var axis in Axes(index))
        {
            EmitField(il, $"Grid{axis}", component);
            EmitField(il, $"GroupDim{axis}", component);
            il.Emit(OpCodes.Mul);
            EmitField(il, $"Group{axis}", component);
            il.Emit(OpCodes.Add);
        }

        il.Emit(OpCodes.Newobj, Constructor(index));
    }

    private static void EmitField(ILGenerator il, string name, Type component)
    {
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldfld, typeof(KernelContext).GetField(name)!);
        if (component == typeof(long))
        {
            il.Emit(OpCodes.Conv_I8);
        }
    }

    private static void EmitLoop(ILGenerator il, Type index, Action before, Action call)
    {
        var axes = Axes(index);
        var component = index.GetProperty("X")!.PropertyType;
        var at = axes.Select(_ => il.DeclareLocal(typeof(long))).ToArray();
        var end = il.DeclareLocal(typeof(long));

        // The linear index that the loop begins at, as X, Y and Z; X runs fastest.
        il.Emit(OpCodes.Ldarg_1);
        for (var i = 0; i < axes.Length - 1; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldarg, i + 3);
            il.Emit(OpCodes.Rem);
            il.Emit(OpCodes.Stloc, at[i]);
            il.Emit(OpCodes.Ldarg, i + 3);
            il.Emit(OpCodes.Div);
        }

        il.Emit(OpCodes.Stloc, at[^1]);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, end);
        var loop = il.DefineLabel();
        var next = il.DefineLabel();
        il.MarkLabel(loop);
        before();
        foreach (var local in at)
        {
            il.Emit(OpCodes.Ldloc, local);
            if (component == typeof(int))
            {
                il.Emit(OpCodes.Conv_I4);
            }
        }

        il.Emit(OpCodes.Newobj, Constructor(index));
        call();
        for (var i = 0; i < axes.Length; i++)
        {
            EmitAddOne(il, at[i]);
            if (i < axes.Length - 1)
            {
                il.Emit(OpCodes.Ldloc, at[i]);
                il.Emit(OpCodes.Ldarg, i + 3);
                il.Emit(OpCodes.Blt, next);
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Conv_I8);
                il.Emit(OpCodes.Stloc, at[i]);
            }
        }

        il.MarkLabel(next);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Starg, 1);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloc, end);
        il.Emit(OpCodes.Blt, loop);
    }

    private static void EmitAddOne(ILGenerator il, LocalBuilder local)
    {
        il.Emit(OpCodes.Ldloc, local);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, local);
    }

    private static string[] Axes(Type index) =>
        index == typeof(Index1D) || index == typeof(LongIndex1D) ? ["X"] : ThreeIndices.Contains(index) ? ["X", "Y", "Z"] : ["X", "Y"];

    private static ConstructorInfo Constructor(Type index)
    {
        var component = index.GetProperty("X")!.PropertyType;
        return index.GetConstructor([.. Axes(index).Select(_ => component)])!;
    }
}
