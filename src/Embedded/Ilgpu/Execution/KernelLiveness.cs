using System.Numerics;

namespace ILGPU.Execution;

/// <summary>Finds, for every place where a thread waits, the locals that are read afterwards: only those must be kept.</summary>
internal static class KernelLiveness
{
    public static void Mark(List<IlInstruction> code, int locals)
    {
        var words = (locals + 63) / 64;
        var alive = new ulong[code.Count + 1][];
        for (var i = 0; i < alive.Length; i++)
        {
            alive[i] = new ulong[words];
        }

        var scratch = new ulong[words];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = code.Count - 1; i >= 0; i--)
            {
                var instruction = code[i];
                After(code, alive, instruction, scratch);
                if (instruction.Kind is IlKind.StoreLocal or IlKind.ZeroLocal)
                {
                    scratch[instruction.Local / 64] &= ~(1UL << (instruction.Local % 64));
                }
                else if (instruction.Kind is IlKind.LoadLocal or IlKind.LoadLocalAddress)
                {
                    scratch[instruction.Local / 64] |= 1UL << (instruction.Local % 64);
                }

                if (!scratch.AsSpan().SequenceEqual(alive[i]))
                {
                    scratch.CopyTo(alive[i], 0);
                    changed = true;
                }
            }
        }

        foreach (var instruction in code.Where(static instruction => instruction.Kind == IlKind.Wait))
        {
            After(code, alive, instruction, scratch);
            instruction.Wait!.Alive = [.. Set(scratch)];
        }
    }

    private static void After(List<IlInstruction> code, ulong[][] alive, IlInstruction instruction, ulong[] result)
    {
        Array.Clear(result);
        if (Continues(instruction))
        {
            Add(result, alive[instruction.Index + 1]);
        }

        foreach (var target in instruction.Targets)
        {
            Add(result, alive[target.Index]);
        }

        _ = code;
    }

    /// <summary>Whether the next instruction may follow.</summary>
    public static bool Continues(IlInstruction instruction) => instruction.Kind switch
    {
        IlKind.End => false,
        IlKind.Branch => instruction.Code.FlowControl != System.Reflection.Emit.FlowControl.Branch,
        IlKind.Plain => instruction.Code.FlowControl != System.Reflection.Emit.FlowControl.Throw,
        _ => true,
    };

    private static void Add(ulong[] result, ulong[] other)
    {
        for (var word = 0; word < result.Length; word++)
        {
            result[word] |= other[word];
        }
    }

    private static IEnumerable<int> Set(ulong[] bits)
    {
        for (var word = 0; word < bits.Length; word++)
        {
            for (var rest = bits[word]; rest != 0; rest &= rest - 1)
            {
                yield return (word * 64) + BitOperations.TrailingZeroCount(rest);
            }
        }
    }
}
