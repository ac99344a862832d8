using System.Reflection;

namespace ILGPU.Execution;

/// <summary>A place where a thread waits for others: what it does before and after.</summary>
internal sealed class IlWait(WaitKind kind, MethodInfo begin, MethodInfo? end, string member)
{
    public WaitKind Kind { get; } = kind;

    public MethodInfo Begin { get; } = begin;

    public MethodInfo? End { get; } = end;

    public string Member { get; } = member;

    /// <summary>Types of what lies on the stack below the arguments; null where not known.</summary>
    public IReadOnlyList<IlStackType> Below { get; set; } = [];

    /// <summary>Locals that are read afterwards.</summary>
    public IReadOnlyList<int> Alive { get; set; } = [];
}

/// <summary>The type of a value on the stack, and whether, as a reference, it leads to pinned memory.</summary>
internal readonly record struct IlStackType(Type? Type, bool Pinned = false);
