using System.Runtime.InteropServices;

namespace OrleansCompute.Silo.Bench;

/// <summary>What the present thread has used of a core; on Linux, where the system says it to the microsecond.</summary>
internal static class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>Milliseconds since the thread began; null on other systems.</summary>
    public static double? Milliseconds => OperatingSystem.IsLinux() && GetTime(ThreadClock, out var time) == 0 ? (1e3 * time.Seconds) + (1e-6 * time.Nanoseconds) : null;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
