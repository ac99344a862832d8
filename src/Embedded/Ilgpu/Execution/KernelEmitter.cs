using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>Writes a flattened kernel as a method that can stop where a thread waits, and go on from there.</summary>
internal sealed class KernelEmitter
{
    private readonly MethodInfo _kernel;
    private readonly KernelFlattener _flat;
    private readonly bool[] _pinned;
    private readonly List<IlInstruction> _waits;
    private readonly Dictionary<int, int> _slotOfLocal = [];
    private readonly Dictionary<(int Depth, Type Type), int> _slotOfSpill = [];
    private readonly List<Type> _slots = [];

    public KernelEmitter(MethodInfo kernel, KernelFlattener flat)
    {
        _kernel = kernel;
        _flat = flat;
        KernelLiveness.Mark(flat.Code, flat.Locals.Count);
        _pinned = KernelStackTypes.Mark(flat.Code, flat.Locals);
        _waits = [.. flat.Code.Where(static instruction => instruction.Kind == IlKind.Wait)];
        foreach (var wait in _waits)
        {
            AssignSlots(wait.Wait!);
        }

        Frame = new TupleLayout(_slots);
    }

    /// <summary>What a waiting thread keeps.</summary>
    public TupleLayout Frame { get; }

    /// <summary>For every state whom the thread waits for; state 0 is the end.</summary>
    public WaitKind[] Waits => [WaitKind.Done, .. _waits.Select(static wait => wait.Wait!.Kind)];

    /// <summary>The bytes of the largest value that threads hand to each other.</summary>
    public int SlotSize => _waits.Max(static wait => wait.Wait!.Begin.IsGenericMethod ? SizeOf(wait.Wait.Begin.GetGenericArguments()[0]) : 1);

    private int ParameterCount => _kernel.GetParameters().Length;

    private int FirstParameter => _kernel.IsStatic ? 0 : 1;

    /// <summary>Writes the method. The loader puts a parameter on the stack, given its position.</summary>
    public void Emit(ILGenerator il, Action<ILGenerator, int> loadParameter)
    {
        var locals = _flat.Locals.Select(il.DeclareLocal).ToArray();
        var labels = _flat.Code.SelectMany(static instruction => instruction.Targets).Distinct()
            .ToDictionary(static target => target, _ => il.DefineLabel());
        var resume = _waits.ToDictionary(static wait => wait, _ => il.DefineLabel());
        EmitParameters(il, locals, loadParameter, changed: false);
        if (_waits.Count > 0)
        {
            var start = il.DefineLabel();
            il.Emit(OpCodes.Ldarg_3);
            il.Emit(OpCodes.Switch, [start, .. _waits.Select(wait => resume[wait])]);
            il.MarkLabel(start);
        }

        EmitParameters(il, locals, loadParameter, changed: true);
        foreach (var instruction in _flat.Code)
        {
            EmitInstruction(il, instruction, locals, labels, resume);
        }
    }

    // What the kernel does not change is loaded again whenever the thread goes on; what it changes only once.
    private void EmitParameters(ILGenerator il, LocalBuilder[] locals, Action<ILGenerator, int> load, bool changed)
    {
        for (var i = 0; i < ParameterCount; i++)
        {
            if (_flat.Changed.Contains(i + FirstParameter) == changed)
            {
                load(il, i);
                il.Emit(OpCodes.Stloc, locals[i + FirstParameter]);
            }
        }
    }

    private void AssignSlots(IlWait wait)
    {
        wait.Alive = [.. wait.Alive.Where(local => local >= ParameterCount + FirstParameter || _flat.Changed.Contains(local))];
        foreach (var local in wait.Alive)
        {
            if (!_slotOfLocal.ContainsKey(local))
            {
                _slotOfLocal[local] = AddSlot(Kept(new(_flat.Locals[local], _pinned[local]), wait));
            }
        }

        for (var depth = 0; depth < wait.Below.Count; depth++)
        {
            var type = Kept(wait.Below[depth], wait);
            if (!_slotOfSpill.ContainsKey((depth, type)))
            {
                _slotOfSpill[(depth, type)] = AddSlot(type);
            }
        }
    }

    private int AddSlot(Type type)
    {
        _slots.Add(type);
        return _slots.Count - 1;
    }

    private Type Kept(IlStackType value, IlWait wait)
    {
        if (value.Type is null)
        {
            throw KernelFlattener.Refuse(
                _kernel, $"{wait.Member} stands in an expression whose other part cannot be kept while waiting. Assign its result to a variable first.");
        }

        if (value.Type.IsByRef && !value.Pinned)
        {
            throw KernelFlattener.Refuse(_kernel, $"a reference to a local variable is used before and after {wait.Member}. Use the variable itself.");
        }

        if (value.Type.IsByRefLike)
        {
            throw KernelFlattener.Refuse(_kernel, $"a {value.Type.Name} is used before and after {wait.Member}. Use a view.");
        }

        // References to pinned memory and pointers are kept as addresses.
        return value.Type.IsByRef || value.Type.IsPointer ? typeof(nint) : value.Type;
    }

    private void EmitInstruction(
        ILGenerator il,
        IlInstruction instruction,
        LocalBuilder[] locals,
        Dictionary<IlInstruction, Label> labels,
        Dictionary<IlInstruction, Label> resume)
    {
        switch (instruction.Kind)
        {
            case IlKind.Label:
                if (labels.TryGetValue(instruction, out var label))
                {
                    il.MarkLabel(label);
                }

                break;
            case IlKind.LoadLocal:
                il.Emit(OpCodes.Ldloc, locals[instruction.Local]);
                break;
            case IlKind.StoreLocal:
                il.Emit(OpCodes.Stloc, locals[instruction.Local]);
                break;
            case IlKind.LoadLocalAddress:
                il.Emit(OpCodes.Ldloca, locals[instruction.Local]);
                break;
            case IlKind.ZeroLocal:
                EmitZero(il, locals[instruction.Local]);
                break;
            case IlKind.LoadContext:
                il.Emit(OpCodes.Ldarg_2);
                break;
            case IlKind.Branch:
                il.Emit(instruction.Code, labels[instruction.Targets[0]]);
                break;
            case IlKind.Switch:
                il.Emit(OpCodes.Switch, [.. instruction.Targets.Select(target => labels[target])]);
                break;
            case IlKind.End:
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Ret);
                break;
            case IlKind.Wait:
                EmitWait(il, instruction, locals, resume[instruction]);
                break;
            default:
                EmitPlain(il, instruction.Code, instruction.Operand);
                break;
        }
    }

    private static void EmitZero(ILGenerator il, LocalBuilder local)
    {
        if (local.LocalType.IsByRef || local.LocalType.IsPointer)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_U);
            il.Emit(OpCodes.Stloc, local);
        }
        else
        {
            il.Emit(OpCodes.Ldloca, local);
            il.Emit(OpCodes.Initobj, local.LocalType);
        }
    }

    private void EmitWait(ILGenerator il, IlInstruction instruction, LocalBuilder[] locals, Label resume)
    {
        var wait = instruction.Wait!;
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, wait.Begin);
        for (var depth = wait.Below.Count - 1; depth >= 0; depth--)
        {
            var type = Kept(wait.Below[depth], wait);
            var spill = il.DeclareLocal(type);
            il.Emit(OpCodes.Stloc, spill);
            EmitSave(il, _slotOfSpill[(depth, type)], spill);
        }

        foreach (var local in wait.Alive)
        {
            EmitSave(il, _slotOfLocal[local], locals[local]);
        }

        il.Emit(OpCodes.Ldc_I4, _waits.IndexOf(instruction) + 1);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(resume);
        foreach (var local in wait.Alive)
        {
            il.Emit(OpCodes.Ldarg_0);
            Frame.EmitLoad(il, _slotOfLocal[local]);
            il.Emit(OpCodes.Stloc, locals[local]);
        }

        for (var depth = 0; depth < wait.Below.Count; depth++)
        {
            il.Emit(OpCodes.Ldarg_0);
            Frame.EmitLoad(il, _slotOfSpill[(depth, Kept(wait.Below[depth], wait))]);
        }

        if (wait.End is not null)
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Call, wait.End);
        }
    }

    private void EmitSave(ILGenerator il, int slot, LocalBuilder local)
    {
        il.Emit(OpCodes.Ldarg_0);
        Frame.EmitOwner(il, slot);
        il.Emit(OpCodes.Ldloc, local);
        if (local.LocalType.IsByRef)
        {
            il.Emit(OpCodes.Conv_U);
        }

        Frame.EmitStore(il, slot);
    }

    private static void EmitPlain(ILGenerator il, OpCode code, object? operand)
    {
        switch (operand)
        {
            case null:
                il.Emit(code);
                break;
            case int value:
                il.Emit(code, value);
                break;
            case sbyte value:
                il.Emit(code, value);
                break;
            case byte value:
                il.Emit(code, value);
                break;
            case long value:
                il.Emit(code, value);
                break;
            case float value:
                il.Emit(code, value);
                break;
            case double value:
                il.Emit(code, value);
                break;
            case string value:
                il.Emit(code, value);
                break;
            case Type value:
                il.Emit(code, value);
                break;
            case FieldInfo value:
                il.Emit(code, value);
                break;
            case ConstructorInfo value:
                il.Emit(code, value);
                break;
            case MethodInfo value:
                il.Emit(code, value);
                break;
            default:
                throw new InvalidOperationException($"No operand of {code.Name}: {operand}.");
        }
    }

    private static int SizeOf(Type type) =>
        (int)KernelReach.Method(typeof(KernelEmitter), nameof(Size)).MakeGenericMethod(type).Invoke(null, null)!;

    private static int Size<T>()
        where T : unmanaged =>
        System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
}
