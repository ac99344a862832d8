using System.Collections.Concurrent;

namespace ILGPU.Execution;

/// <summary>A compiled kernel that knows its group.</summary>
internal abstract class GroupProgram<TArgs>
    where TArgs : struct
{
    private readonly ConcurrentBag<GroupExecutor<TArgs>> _idle = [];

    public GroupExecutor<TArgs> Rent() => _idle.TryTake(out var executor) ? executor : Create();

    public void Return(GroupExecutor<TArgs> executor) => _idle.Add(executor);

    protected abstract GroupExecutor<TArgs> Create();
}

/// <summary>A compiled kernel with what a waiting thread of it keeps.</summary>
internal sealed class GroupProgram<TArgs, TFrame>(KernelStep<TFrame, TArgs> step, WaitKind[] waits, int slotSize) : GroupProgram<TArgs>
    where TArgs : struct
    where TFrame : struct
{
    protected override GroupExecutor<TArgs> Create() => new GroupExecutor<TArgs, TFrame>(step, waits, slotSize);
}
