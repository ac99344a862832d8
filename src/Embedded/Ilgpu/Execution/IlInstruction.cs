using System.Reflection.Emit;

namespace ILGPU.Execution;

/// <summary>What an instruction of a flattened kernel is, apart from the ones that are taken over as they are.</summary>
internal enum IlKind : byte
{
    Plain,
    Label,
    LoadLocal,
    StoreLocal,
    LoadLocalAddress,
    ZeroLocal,
    LoadContext,
    Branch,
    Switch,
    Wait,
    End,
}

/// <summary>An instruction of a flattened kernel.</summary>
internal sealed class IlInstruction(IlKind kind)
{
    public IlKind Kind { get; } = kind;

    public OpCode Code { get; init; }

    public object? Operand { get; init; }

    public int Local { get; init; } = -1;

    /// <summary>Where branches go; filled in when the method is complete.</summary>
    public IlInstruction[] Targets { get; set; } = [];

    public IlWait? Wait { get; init; }

    public int Index { get; set; }

    public static IlInstruction Plain(OpCode code, object? operand = null) => new(IlKind.Plain) { Code = code, Operand = operand };

    public static IlInstruction OfLocal(IlKind kind, int local) => new(kind) { Local = local };
}
