using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>
/// Finds what lies on the stack where a thread waits, below the arguments of the member that it waits in, and which locals hold
/// references to pinned memory alone. What it does not understand it calls unknown; the compiler refuses to keep that.
/// </summary>
internal sealed class KernelStackTypes
{
    private readonly List<IlInstruction> _code;
    private readonly IReadOnlyList<Type> _locals;
    private readonly bool[] _pinned;
    private readonly Dictionary<IlInstruction, IlStackType[]> _atLabel = [];
    private List<IlStackType> _stack = [];

    private KernelStackTypes(List<IlInstruction> code, IReadOnlyList<Type> locals)
    {
        _code = code;
        _locals = locals;
        _pinned = [.. locals.Select(static _ => true)];
    }

    /// <summary>Marks every place where a thread waits; returns the locals whose references lead to pinned memory.</summary>
    public static bool[] Mark(List<IlInstruction> code, IReadOnlyList<Type> locals)
    {
        var types = new KernelStackTypes(code, locals);
        for (var before = -1; before != types._pinned.Count(static pinned => pinned);)
        {
            before = types._pinned.Count(static pinned => pinned);
            types.Run();
        }

        return types._pinned;
    }

    private void Run()
    {
        _stack = [];
        _atLabel.Clear();
        var reached = true;
        foreach (var instruction in _code)
        {
            if (instruction.Kind == IlKind.Label)
            {
                if (_atLabel.TryGetValue(instruction, out var known))
                {
                    _stack = [.. known];
                }
                else if (!reached)
                {
                    _stack = [];
                }

                reached = true;
            }

            Step(instruction);
            foreach (var target in instruction.Targets)
            {
                _atLabel.TryAdd(target, [.. _stack]);
            }

            if (!KernelLiveness.Continues(instruction))
            {
                reached = false;
            }
        }
    }

    private void Step(IlInstruction instruction)
    {
        switch (instruction.Kind)
        {
            case IlKind.LoadLocal:
                Push(_locals[instruction.Local], _pinned[instruction.Local]);
                break;
            case IlKind.LoadLocalAddress:
                Push(ByRef(_locals[instruction.Local]));
                break;
            case IlKind.StoreLocal:
                _pinned[instruction.Local] &= Pop().Pinned || !_locals[instruction.Local].IsByRef;
                break;
            case IlKind.LoadContext:
                Push(typeof(KernelContext));
                break;
            case IlKind.Branch or IlKind.Switch:
                Pop(Pops(instruction.Code));
                break;
            case IlKind.Wait:
                Pop(instruction.Wait!.Begin.GetParameters().Length - 1);
                instruction.Wait.Below = [.. _stack];
                if (instruction.Wait.End is { } end)
                {
                    Push(end.ReturnType);
                }

                break;
            case IlKind.Plain:
                StepPlain(instruction.Code, instruction.Operand);
                break;
        }
    }

    private void StepPlain(OpCode code, object? operand)
    {
        var name = code.Name!;
        if (operand is MethodBase method && code.FlowControl == FlowControl.Call)
        {
            Call(code, method);
        }
        else if (code == OpCodes.Dup)
        {
            _stack.Add(_stack.Count > 0 ? _stack[^1] : default);
        }
        else if (code == OpCodes.Ldflda)
        {
            var owner = Pop();
            Push(ByRef(((FieldInfo)operand!).FieldType), owner.Pinned);
        }
        else if (name is "add" or "sub" or "mul" or "div" or "div.un" or "rem" or "rem.un" or "and" or "or" or "xor" or "shl" or "shr" or "shr.un"
            || name.EndsWith(".ovf", StringComparison.Ordinal) || name.EndsWith(".ovf.un", StringComparison.Ordinal) && name.Length < 12)
        {
            var second = Pop();
            var first = Pop();
            _stack.Add(first.Type is { IsByRef: false } ? first : second.Type is { IsByRef: false } && first.Type is null ? second : default);
        }
        else if (name is "neg" or "not")
        {
            _stack.Add(Pop());
        }
        else
        {
            Pop(Pops(code));
            if (code.StackBehaviourPush is not (StackBehaviour.Push0 or StackBehaviour.Varpush))
            {
                Push(Pushed(code, name, operand));
            }
        }
    }

    private static Type? Pushed(OpCode code, string name, object? operand)
    {
        if (operand is FieldInfo field)
        {
            return name is "ldfld" or "ldsfld" ? field.FieldType : ByRef(field.FieldType);
        }

        if (operand is Type type)
        {
            return name switch
            {
                "ldobj" or "ldelem" or "unbox.any" or "castclass" => type,
                "ldelema" or "unbox" => ByRef(type),
                "newarr" => type.MakeArrayType(),
                "sizeof" => typeof(int),
                _ => typeof(object),
            };
        }

        if (name.Contains(".ref", StringComparison.Ordinal))
        {
            return null;
        }

        return name is "conv.u" or "conv.i" or "ldlen" or "ldind.i" or "ldelem.i" ? typeof(nint) : code.StackBehaviourPush switch
        {
            StackBehaviour.Pushi => typeof(int),
            StackBehaviour.Pushi8 => typeof(long),
            StackBehaviour.Pushr4 => typeof(float),
            StackBehaviour.Pushr8 => typeof(double),
            _ => null,
        };
    }

    private void Call(OpCode code, MethodBase method)
    {
        Pop(method.GetParameters().Length + (method.IsStatic || code == OpCodes.Newobj ? 0 : 1));
        if (code == OpCodes.Newobj)
        {
            Push(method.DeclaringType);
        }
        else if (method is MethodInfo { ReturnType: var type } && type != typeof(void))
        {
            // A reference that a view returns leads to memory that never moves.
            Push(type, !type.IsByRef || method.DeclaringType!.Assembly == typeof(KernelContext).Assembly);
        }
    }

    private static Type? ByRef(Type type) => type.IsByRef || type.IsByRefLike ? null : type.MakeByRefType();

    private void Push(Type? type, bool pinned = false) => _stack.Add(new(type, pinned));

    private IlStackType Pop()
    {
        if (_stack.Count == 0)
        {
            return default;
        }

        var top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private void Pop(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Pop();
        }
    }

    private static int Pops(OpCode code) => code.StackBehaviourPop switch
    {
        StackBehaviour.Pop0 or StackBehaviour.Varpop => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi or StackBehaviour.Popref_popi_popi8
            or StackBehaviour.Popref_popi_popr4 or StackBehaviour.Popref_popi_popr8 or StackBehaviour.Popref_popi_popref
            or StackBehaviour.Popref_popi_pop1 => 3,
        _ => 2,
    };
}
