using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Model;

/// <summary>The accelerators of one job, by node. All are of one type. Immutable; equal where it names the same shares in the same order.</summary>
public sealed class Allocation : IEquatable<Allocation>
{
    private Allocation(ImmutableArray<NodeShare> shares)
    {
        Shares = shares;
        foreach (var share in shares)
        {
            Accelerators += share.Accelerators;
        }
    }

    /// <summary>No accelerators.</summary>
    public static Allocation None { get; } = new([]);

    /// <summary>One entry per node, in the order of the job's ranks.</summary>
    public ImmutableArray<NodeShare> Shares { get; }

    /// <summary>Accelerators on all nodes.</summary>
    public int Accelerators { get; }

    /// <summary>Nodes that it touches.</summary>
    public int Nodes => Shares.Length;

    /// <summary>Whether it names no accelerator.</summary>
    public bool IsEmpty => Shares.IsEmpty;

    /// <summary>Makes an allocation.</summary>
    /// <exception cref="ArgumentException">A share has less than one accelerator, or a node occurs twice.</exception>
    public static Allocation Of(ImmutableArray<NodeShare> shares)
    {
        if (shares.IsDefaultOrEmpty)
        {
            return None;
        }

        for (var i = 0; i < shares.Length; i++)
        {
            if (shares[i].Accelerators < 1)
            {
                throw new ArgumentException($"shares[{i}].Accelerators is {shares[i].Accelerators}; allowed 1 or more.", nameof(shares));
            }

            for (var j = 0; j < i; j++)
            {
                if (shares[j].Node == shares[i].Node)
                {
                    throw new ArgumentException($"shares names node {shares[i].Node} twice; give one share per node.", nameof(shares));
                }
            }
        }

        return new Allocation(shares);
    }

    /// <inheritdoc/>
    public bool Equals(Allocation? other) =>
        other is not null && (ReferenceEquals(this, other) || Shares.AsSpan().SequenceEqual(other.Shares.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Allocation);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var share in Shares)
        {
            hash.Add(share);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        IsEmpty ? "none" : string.Join(" + ", Shares.Select(share => $"{share.Accelerators} on node {share.Node}"));
}
