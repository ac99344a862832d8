using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>Values of types that are known at run time only, as nested value tuples; the compiler lays arguments out in the same way.</summary>
internal sealed class TupleLayout
{
    private const int PerTuple = 7;
    private readonly List<Type> _types;
    private readonly List<Type> _nested = [];

    public TupleLayout(IEnumerable<Type> types)
    {
        _types = [.. types];
        Type? rest = null;
        for (var first = Math.Max(0, (_types.Count - 1) / PerTuple * PerTuple); first >= 0; first -= PerTuple)
        {
            var items = _types.Skip(first).Take(PerTuple);
            rest = Make(rest is null ? [.. items] : [.. items, rest]);
            _nested.Insert(0, rest);
        }
    }

    public Type Type => _nested[0];

    /// <summary>Turns the address of the tuple on the stack into the value of an item.</summary>
    public void EmitLoad(ILGenerator il, int item)
    {
        EmitOwner(il, item);
        il.Emit(OpCodes.Ldfld, _nested[item / PerTuple].GetField($"Item{(item % PerTuple) + 1}")!);
    }

    /// <summary>Turns the address of the tuple on the stack into that of the tuple that the item is in.</summary>
    public void EmitOwner(ILGenerator il, int item)
    {
        for (var depth = 0; depth < item / PerTuple; depth++)
        {
            il.Emit(OpCodes.Ldflda, _nested[depth].GetField("Rest")!);
        }
    }

    /// <summary>Stores the value on the stack into the owner below it.</summary>
    public void EmitStore(ILGenerator il, int item) =>
        il.Emit(OpCodes.Stfld, _nested[item / PerTuple].GetField($"Item{(item % PerTuple) + 1}")!);

    private static Type Make(Type[] types) => types.Length switch
    {
        0 => typeof(ValueTuple),
        1 => typeof(ValueTuple<>).MakeGenericType(types),
        2 => typeof(ValueTuple<,>).MakeGenericType(types),
        3 => typeof(ValueTuple<,,>).MakeGenericType(types),
        4 => typeof(ValueTuple<,,,>).MakeGenericType(types),
        5 => typeof(ValueTuple<,,,,>).MakeGenericType(types),
        6 => typeof(ValueTuple<,,,,,>).MakeGenericType(types),
        7 => typeof(ValueTuple<,,,,,,>).MakeGenericType(types),
        _ => typeof(ValueTuple<,,,,,,,>).MakeGenericType(types),
    };
}
