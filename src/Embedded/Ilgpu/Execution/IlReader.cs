using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>Reads the instructions of a method (ECMA-335, partition III).</summary>
internal static class IlReader
{
    private static readonly FrozenDictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!).ToFrozenDictionary(static code => code.Value);

    /// <summary>The instructions: where each begins, its code, and its operand (targets of branches as offsets).</summary>
    public static List<(int Offset, OpCode Code, object? Operand)> Read(MethodBase method, MethodBody body)
    {
        var il = body.GetILAsByteArray() ?? [];
        var result = new List<(int, OpCode, object?)>();
        for (var at = 0; at < il.Length;)
        {
            var offset = at;
            var value = il[at] == 0xFE ? unchecked((short)(0xFE00 | il[at + 1])) : il[at];
            at += il[at] == 0xFE ? 2 : 1;
            var code = Codes[value];
            result.Add((offset, code, Operand(method, code, il, ref at)));
        }

        return result;
    }

    private static object? Operand(MethodBase method, OpCode code, byte[] il, ref int at)
    {
        var rest = il.AsSpan(at);
        switch (code.OperandType)
        {
            case OperandType.InlineNone:
                return null;
            case OperandType.ShortInlineBrTarget:
                at++;
                return at + (sbyte)rest[0];
            case OperandType.ShortInlineI:
                at++;
                return code == OpCodes.Ldc_I4_S ? (object)(sbyte)rest[0] : rest[0];
            case OperandType.ShortInlineVar:
                at++;
                return (int)rest[0];
            case OperandType.InlineVar:
                at += 2;
                return (int)BinaryPrimitives.ReadUInt16LittleEndian(rest);
            case OperandType.InlineBrTarget:
                at += 4;
                return at + BinaryPrimitives.ReadInt32LittleEndian(rest);
            case OperandType.InlineI:
                at += 4;
                return BinaryPrimitives.ReadInt32LittleEndian(rest);
            case OperandType.ShortInlineR:
                at += 4;
                return BinaryPrimitives.ReadSingleLittleEndian(rest);
            case OperandType.InlineI8:
                at += 8;
                return BinaryPrimitives.ReadInt64LittleEndian(rest);
            case OperandType.InlineR:
                at += 8;
                return BinaryPrimitives.ReadDoubleLittleEndian(rest);
            case OperandType.InlineSwitch:
                var count = BinaryPrimitives.ReadInt32LittleEndian(rest);
                var end = at + 4 + (4 * count);
                var targets = new int[count];
                for (var i = 0; i < count; i++)
                {
                    targets[i] = end + BinaryPrimitives.ReadInt32LittleEndian(rest[(4 + (4 * i))..]);
                }

                at = end;
                return targets;
            default:
                at += 4;
                return Resolve(method, code.OperandType, BinaryPrimitives.ReadInt32LittleEndian(rest));
        }
    }

    private static object? Resolve(MethodBase method, OperandType kind, int token)
    {
        var module = method.Module;
        var types = method.DeclaringType?.GetGenericArguments();
        var methods = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return kind switch
        {
            OperandType.InlineMethod => module.ResolveMethod(token, types, methods),
            OperandType.InlineField => module.ResolveField(token, types, methods),
            OperandType.InlineType => module.ResolveType(token, types, methods),
            OperandType.InlineTok => module.ResolveMember(token, types, methods),
            OperandType.InlineString => module.ResolveString(token),
            _ => null,
        };
    }
}
