using System.Globalization;

namespace OrleansCompute.Cli.Demo;

/// <summary>Peak memory of this process.</summary>
internal static class ProcessMemory
{
    private const string PeakLine = "VmHWM:";

    /// <summary>Largest resident size so far.</summary>
    public static long PeakBytes()
    {
        // The runtime's own figure is 0 on Linux for a process that is not a child; the kernel's is exact.
        if (OperatingSystem.IsLinux())
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(PeakLine, StringComparison.Ordinal));
            if (line is not null && long.TryParse(
                line.AsSpan(PeakLine.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture, out var kibibytes))
            {
                return kibibytes * 1024;
            }
        }

        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
