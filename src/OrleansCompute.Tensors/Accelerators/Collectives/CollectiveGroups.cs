namespace OrleansCompute.Tensors.Accelerators.Collectives;

/// <summary>Makes groups of accelerators. Thread-safe.</summary>
public static class CollectiveGroups
{
    /// <summary>Most members of a group.</summary>
    public const int MaxMembers = 1024;

    /// <summary>A group by the library of the first member that serves the mix, or else through host memory.</summary>
    /// <param name="members">Accelerators of this process, 1 to 1024; one may be there several times. They must outlive the group.</param>
    /// <exception cref="ArgumentException">There are none, or too many.</exception>
    public static ICollectiveGroup Create(IReadOnlyList<IAccelerator> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count is < 1 or > MaxMembers)
        {
            throw new ArgumentException($"A group has {members.Count} members; allowed 1 to {MaxMembers}.", nameof(members));
        }

        foreach (var member in members)
        {
            if (member.Collectives.Create(members) is { } group)
            {
                return group;
            }
        }

        return new HostCollectiveGroup(members);
    }
}
