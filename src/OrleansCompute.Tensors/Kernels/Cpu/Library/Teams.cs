namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>When a kernel's work is shared. Stateless.</summary>
internal static class Teams
{
    /// <summary>Below this many elements (some 10 microseconds) a second thread takes longer to start than it saves.</summary>
    private const int MinShared = 1 << 15;

    public static void Run(CpuKernelContext context, TeamWork work, long elements)
    {
        if (context.Team.Parts > 1 && elements >= MinShared)
        {
            context.Team.Run(work);
        }
        else
        {
            work.Run(0, 1);
        }
    }
}
