namespace ILGPU;

/// <summary>Orders memory operations; on a CPU all three levels are a full fence.</summary>
public static class MemoryFence
{
    /// <summary>Orders them for the threads of the group.</summary>
    public static void GroupLevel() => Interlocked.MemoryBarrier();

    /// <summary>Orders them for the threads of the accelerator.</summary>
    public static void DeviceLevel() => Interlocked.MemoryBarrier();

    /// <summary>Orders them for all.</summary>
    public static void SystemLevel() => Interlocked.MemoryBarrier();
}
