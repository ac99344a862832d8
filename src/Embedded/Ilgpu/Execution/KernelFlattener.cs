using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>
/// Writes a kernel, and the methods that it calls and that wait for others, out as one sequence of instructions, in which every
/// argument is a local.
/// </summary>
internal sealed class KernelFlattener(KernelReach reach)
{
    private const int MaxInstructions = 50_000;
    private readonly Stack<MethodBase> _open = [];
    private int _sites;

    public List<IlInstruction> Code { get; } = [];

    public List<Type> Locals { get; } = [];

    /// <summary>Arguments of the kernel that it changes, so that waiting threads must keep them.</summary>
    public HashSet<int> Changed { get; } = [];

    public static Exception Refuse(MethodBase method, string reason) => new NotSupportedException(
        $"The embedded ILGPU cannot run {method.DeclaringType?.Name}.{method.Name}, which waits for other threads or shares memory with them: {reason} "
        + "Change that, or build with -p:Packages=Official.");

    /// <summary>Flattens a kernel; its arguments become the first locals.</summary>
    public void Flatten(MethodInfo kernel)
    {
        var arguments = Arguments(kernel);
        var body = kernel.GetMethodBody() ?? throw Refuse(kernel, "it has no IL.");
        FindChanged(kernel, body, arguments.Length);
        Append(kernel, body, arguments, -1, null);
        for (var i = 0; i < Code.Count; i++)
        {
            Code[i].Index = i;
        }
    }

    private int[] Arguments(MethodBase method)
    {
        var types = method.GetParameters().Select(static parameter => parameter.ParameterType);
        if (!method.IsStatic)
        {
            var type = method.DeclaringType!;
            types = types.Prepend(type.IsValueType ? type.MakeByRefType() : type);
        }

        return [.. types.Select(AddLocal)];
    }

    private int AddLocal(Type type)
    {
        Locals.Add(type);
        return Locals.Count - 1;
    }

    // An argument whose address is taken is changed only if something is constructed or stored there; members of views are readonly.
    private void FindChanged(MethodBase kernel, MethodBody body, int count)
    {
        var addressed = new HashSet<int>();
        var writes = false;
        foreach (var (_, code, operand) in IlReader.Read(kernel, body))
        {
            if (code == OpCodes.Starg || code == OpCodes.Starg_S)
            {
                Changed.Add((int)operand!);
            }
            else if (code == OpCodes.Ldarga || code == OpCodes.Ldarga_S)
            {
                addressed.Add((int)operand!);
            }
            else if (code == OpCodes.Initobj || code == OpCodes.Stfld || code == OpCodes.Stobj || (code == OpCodes.Call && operand is ConstructorInfo))
            {
                writes = true;
            }
        }

        Changed.UnionWith(addressed.Where(index => writes || !IsReadOnly(Locals[index])));
        Changed.RemoveWhere(index => index >= count);
    }

    private static bool IsReadOnly(Type type) =>
        type.IsPrimitive || type.IsDefined(typeof(System.Runtime.CompilerServices.IsReadOnlyAttribute), false);

    private void Append(MethodBase method, MethodBody body, int[] arguments, int result, IlInstruction? end)
    {
        if (_open.Contains(method))
        {
            throw Refuse(method, "it calls itself.");
        }

        if (body.ExceptionHandlingClauses.Count > 0)
        {
            throw Refuse(method, "it has try, using, or lock.");
        }

        _open.Push(method);
        var locals = body.LocalVariables.Select(local => local.IsPinned
            ? throw Refuse(method, "it has a fixed statement.")
            : AddLocal(local.LocalType)).ToArray();
        if (end is not null)
        {
            Code.AddRange(locals.Select(static local => IlInstruction.OfLocal(IlKind.ZeroLocal, local)));
        }

        var first = new Dictionary<int, IlInstruction>();
        var branches = new List<(IlInstruction From, int[] Offsets)>();
        Type? constrained = null;
        foreach (var (offset, code, operand) in IlReader.Read(method, body))
        {
            var label = new IlInstruction(IlKind.Label);
            first[offset] = label;
            Code.Add(label);
            if (Code.Count > MaxInstructions)
            {
                throw Refuse(method, $"with all that it calls it has more than {MaxInstructions} instructions.");
            }

            if (code == OpCodes.Constrained)
            {
                constrained = (Type)operand!;
            }
            else if (code == OpCodes.Ret)
            {
                AppendReturn(result, end);
            }
            else if (code.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch)
            {
                var branch = new IlInstruction(code == OpCodes.Switch ? IlKind.Switch : IlKind.Branch) { Code = Long(method, code) };
                branches.Add((branch, operand as int[] ?? [(int)operand!]));
                Code.Add(branch);
            }
            else if (operand is MethodBase callee && code.FlowControl == FlowControl.Call)
            {
                AppendCall(code, callee, constrained);
                constrained = null;
            }
            else
            {
                AppendPlain(method, code, operand, arguments, locals);
            }
        }

        foreach (var (from, offsets) in branches)
        {
            from.Targets = [.. offsets.Select(offset => first[offset])];
        }

        _open.Pop();
    }

    private void AppendReturn(int result, IlInstruction? end)
    {
        if (end is null)
        {
            Code.Add(new IlInstruction(IlKind.End));
            return;
        }

        if (result >= 0)
        {
            Code.Add(IlInstruction.OfLocal(IlKind.StoreLocal, result));
        }

        Code.Add(new IlInstruction(IlKind.Branch) { Code = OpCodes.Br, Targets = [end] });
    }

    private void AppendPlain(MethodBase method, OpCode code, object? operand, int[] arguments, int[] locals)
    {
        var name = code.Name!;
        if (name.StartsWith("ldarga", StringComparison.Ordinal))
        {
            Code.Add(IlInstruction.OfLocal(IlKind.LoadLocalAddress, arguments[(int)operand!]));
        }
        else if (name.StartsWith("ldarg", StringComparison.Ordinal))
        {
            Code.Add(IlInstruction.OfLocal(IlKind.LoadLocal, arguments[Number(name, operand)]));
        }
        else if (name.StartsWith("starg", StringComparison.Ordinal))
        {
            Code.Add(IlInstruction.OfLocal(IlKind.StoreLocal, arguments[(int)operand!]));
        }
        else if (name.StartsWith("ldloca", StringComparison.Ordinal))
        {
            Code.Add(IlInstruction.OfLocal(IlKind.LoadLocalAddress, locals[(int)operand!]));
        }
        else if (name.StartsWith("ldloc", StringComparison.Ordinal))
        {
            Code.Add(IlInstruction.OfLocal(IlKind.LoadLocal, locals[Number(name, operand)]));
        }
        else if (name.StartsWith("stloc", StringComparison.Ordinal))
        {
            Code.Add(IlInstruction.OfLocal(IlKind.StoreLocal, locals[Number(name, operand)]));
        }
        else if (code == OpCodes.Localloc || code == OpCodes.Calli || code == OpCodes.Arglist || code == OpCodes.Jmp)
        {
            throw Refuse(method, $"it uses {(code == OpCodes.Localloc ? "stackalloc; take LocalMemory.Allocate instead." : $"the instruction {name}.")}");
        }
        else if (code != OpCodes.Nop && code != OpCodes.Tailcall)
        {
            Code.Add(IlInstruction.Plain(code, operand));
        }
    }

    private void AppendCall(OpCode code, MethodBase callee, Type? constrained)
    {
        var resolved = constrained is null ? null : KernelReach.Resolve(constrained, callee);
        var target = resolved ?? callee;
        if (KernelIntrinsics.FieldOf(target) is { } field)
        {
            Code.Add(new IlInstruction(IlKind.LoadContext));
            Code.Add(IlInstruction.Plain(OpCodes.Ldfld, field));
        }
        else if (KernelIntrinsics.IsSharedAllocation(target))
        {
            Code.Add(IlInstruction.Plain(OpCodes.Ldc_I4, _sites++));
            Code.Add(new IlInstruction(IlKind.LoadContext));
            Code.Add(IlInstruction.Plain(OpCodes.Call, KernelIntrinsics.SharedAllocation(target)));
        }
        else if (KernelIntrinsics.WaitOf(target) is { } wait)
        {
            Code.Add(new IlInstruction(IlKind.Wait) { Wait = wait });
        }
        else if (code != OpCodes.Newobj && (resolved is not null || !callee.IsVirtual || callee.IsFinal)
            && (KernelIntrinsics.IsComposed(target) || reach.Of(target).Waits))
        {
            AppendInline(target);
        }
        else
        {
            if (constrained is not null)
            {
                Code.Add(IlInstruction.Plain(OpCodes.Constrained, constrained));
            }

            Code.Add(IlInstruction.Plain(code, callee));
        }
    }

    private void AppendInline(MethodBase target)
    {
        var body = target.GetMethodBody() ?? throw Refuse(target, "it has no IL.");
        var arguments = Arguments(target);
        for (var i = arguments.Length - 1; i >= 0; i--)
        {
            Code.Add(IlInstruction.OfLocal(IlKind.StoreLocal, arguments[i]));
        }

        var type = target is MethodInfo method ? method.ReturnType : typeof(void);
        var result = type == typeof(void) ? -1 : AddLocal(type);
        var end = new IlInstruction(IlKind.Label);
        Append(target, body, arguments, result, end);
        Code.Add(end);
        if (result >= 0)
        {
            Code.Add(IlInstruction.OfLocal(IlKind.LoadLocal, result));
        }
    }

    // "ldloc.2" has its number in its name, "ldloc.s" as its operand.
    private static int Number(string name, object? operand) => operand is int number ? number : name[^1] - '0';

    private static OpCode Long(MethodBase method, OpCode code) => code.Name switch
    {
        "br.s" => OpCodes.Br,
        "brfalse.s" => OpCodes.Brfalse,
        "brtrue.s" => OpCodes.Brtrue,
        "beq.s" => OpCodes.Beq,
        "bge.s" => OpCodes.Bge,
        "bgt.s" => OpCodes.Bgt,
        "ble.s" => OpCodes.Ble,
        "blt.s" => OpCodes.Blt,
        "bne.un.s" => OpCodes.Bne_Un,
        "bge.un.s" => OpCodes.Bge_Un,
        "bgt.un.s" => OpCodes.Bgt_Un,
        "ble.un.s" => OpCodes.Ble_Un,
        "blt.un.s" => OpCodes.Blt_Un,
        "leave" or "leave.s" => throw Refuse(method, "it has try, using, or lock."),
        _ => code,
    };
}
