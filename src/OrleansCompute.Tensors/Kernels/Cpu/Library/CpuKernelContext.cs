namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>What a kernel of a processor is made from: vector instructions, the team of threads that all share, and a signal of its own. For one thread.</summary>
internal sealed class CpuKernelContext(SimdLevel level, WorkerTeam team)
{
    public SimdLevel Level => level;

    public WorkerTeam Team => team;

    /// <summary>Says when to stop; who asks for it looks at it while it works.</summary>
    public StopSignal Stop => AskedStop ??= new StopSignal();

    /// <summary>The signal if somebody asked for it.</summary>
    public StopSignal? AskedStop { get; private set; }
}
