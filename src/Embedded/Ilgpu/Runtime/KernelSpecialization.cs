namespace ILGPU.Runtime;

/// <summary>What a kernel is compiled for.</summary>
public readonly struct KernelSpecialization : IEquatable<KernelSpecialization>
{
    /// <summary>Nothing in particular.</summary>
    public static readonly KernelSpecialization Empty;

    /// <summary>At most so many threads per group, at least so many groups per multiprocessor; each from 1 on, or null.</summary>
    public KernelSpecialization(int? maxNumThreadsPerGroup, int? minNumGroupsPerMultiprocessor)
    {
        if (maxNumThreadsPerGroup < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxNumThreadsPerGroup), maxNumThreadsPerGroup, $"{maxNumThreadsPerGroup} threads per group; at least 1 is needed.");
        }

        if (minNumGroupsPerMultiprocessor < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(minNumGroupsPerMultiprocessor),
                minNumGroupsPerMultiprocessor,
                $"{minNumGroupsPerMultiprocessor} groups per multiprocessor; at least 1 is needed.");
        }

        MaxNumThreadsPerGroup = maxNumThreadsPerGroup;
        MinNumGroupsPerMultiprocessor = minNumGroupsPerMultiprocessor;
    }

    /// <summary>The most threads per group.</summary>
    public int? MaxNumThreadsPerGroup { get; }

    /// <summary>The fewest groups per multiprocessor.</summary>
    public int? MinNumGroupsPerMultiprocessor { get; }

    /// <summary>Whether an accelerator can do this.</summary>
    public bool IsCompatibleWith(Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return (MaxNumThreadsPerGroup ?? 1) <= accelerator.MaxNumThreadsPerGroup
            && (MinNumGroupsPerMultiprocessor ?? 1) <= accelerator.MaxNumThreadsPerMultiprocessor;
    }

    /// <inheritdoc/>
    public bool Equals(KernelSpecialization other) =>
        MaxNumThreadsPerGroup == other.MaxNumThreadsPerGroup && MinNumGroupsPerMultiprocessor == other.MinNumGroupsPerMultiprocessor;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KernelSpecialization other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxNumThreadsPerGroup, MinNumGroupsPerMultiprocessor);

    /// <inheritdoc/>
    public override string ToString() => $"MaxThreads: {MaxNumThreadsPerGroup ?? 0}, MinGroups: {MinNumGroupsPerMultiprocessor ?? 0}";

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(KernelSpecialization first, KernelSpecialization second) => first.Equals(second);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(KernelSpecialization first, KernelSpecialization second) => !first.Equals(second);
}
