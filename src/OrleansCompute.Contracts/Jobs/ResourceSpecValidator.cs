using System.Globalization;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>Checks what a job says of accelerators beyond their number; pure.</summary>
internal static class ResourceSpecValidator
{
    private const int MaxKinds = 64;
    private const int MaxNearNodes = 64;
    private const double MaxCores = 1024;
    private const long MinMemoryBytes = 1L << 20;
    private const long MaxMemoryBytes = 16L << 40;
    private static readonly TimeSpan MaxDeadline = TimeSpan.FromDays(366);

    public static void Validate(ResourceSpec resources, List<string> problems)
    {
        Check(resources.Kinds.IsDefault || resources.Kinds.Length <= MaxKinds, "kinds (count)", resources.Kinds.IsDefault ? 0 : resources.Kinds.Length, $"0 to {MaxKinds}");
        foreach (var kind in resources.Kinds.IsDefault ? [] : resources.Kinds)
        {
            Check(kind is { Length: > 0 and <= 64 }, "kinds", kind?.Length > 64 ? kind[..64] + "…" : kind, "texts of 1 to 64 characters");
        }

        Check(resources.Priority is >= -1000 and <= 1000, "priority", resources.Priority, "-1000 to 1000");
        Check(
            resources.Deadline is null || (resources.Deadline > TimeSpan.Zero && resources.Deadline <= MaxDeadline),
            "deadline", resources.Deadline, $"above 0 to {MaxDeadline.TotalDays} days after submission");
        Check(resources.Budget is null or (> 0 and <= 1_000_000_000), "budget", resources.Budget, "above 0 to 1000000000");
        Check(resources.MinRunSeconds is >= 0 and <= 86_400, "minRunSeconds", resources.MinRunSeconds, "0 to 86400");
        Check(resources.CpuCoresPerAccelerator is >= 0 and <= MaxCores, "cpuCoresPerAccelerator", resources.CpuCoresPerAccelerator, $"0 to {MaxCores}");
        Check(
            resources.HostMemoryBytesPerAccelerator is >= 0 and <= MaxMemoryBytes,
            "hostMemoryPerAccelerator", resources.HostMemoryBytesPerAccelerator, $"0 to {MaxMemoryBytes} bytes (16 TiB)");
        var near = resources.NearNodes.IsDefault ? [] : resources.NearNodes;
        Check(near.Length <= MaxNearNodes, "nearNodes (count)", near.Length, $"0 to {MaxNearNodes}");
        problems.AddRange(near.Select(node => FabricNames.Explain("resources.nearNodes", node)).OfType<string>().Take(MaxNearNodes));
        if (resources.Affinity is { } affinity && FabricNames.Explain("resources.affinity.group", affinity.Group) is { } unnamed)
        {
            problems.Add(unnamed);
        }

        if (resources.Fraction is { } fraction)
        {
            Check(fraction.Compute is >= 0.01 and < 1, "fraction.compute", fraction.Compute, "0.01 to below 1 (for a whole accelerator leave fraction out)");
            Check(
                fraction.MemoryBytes is >= MinMemoryBytes and <= MaxMemoryBytes,
                "fraction.memory", fraction.MemoryBytes, $"{MinMemoryBytes} (1 MiB) to {MaxMemoryBytes} bytes (16 TiB)");
            Check(resources.MinAccelerators == 1, "minAccelerators", resources.MinAccelerators, "1 with a fraction, which is of one accelerator");
            Check(resources.MaxAccelerators == 1, "maxAccelerators", resources.MaxAccelerators, "1 with a fraction, which is of one accelerator");
        }

        void Check(bool isRight, string field, object? value, string allowed)
        {
            if (!isRight)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"resources.{field} is {value}; allowed: {allowed}."));
            }
        }
    }
}
