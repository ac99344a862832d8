using System.Collections.Immutable;
using System.Globalization;

namespace OrleansCompute.Scheduling.Model;

/// <summary>
/// The accelerators of one job, by node: of one type, of several (<see cref="ClusterSnapshot.TypeOf(Allocation)"/> tells), or a part of
/// one accelerator. Immutable; equal where it names the same shares in the same order.
/// </summary>
public sealed class Allocation : IEquatable<Allocation>
{
    private Allocation(ImmutableArray<NodeShare> shares, DeviceShare? device = null)
    {
        Shares = shares;
        Device = device;
        foreach (var share in shares)
        {
            Accelerators += share.Accelerators;
        }
    }

    /// <summary>No accelerators.</summary>
    public static Allocation None { get; } = new([]);

    /// <summary>One entry per node, in the order of the job's ranks.</summary>
    public ImmutableArray<NodeShare> Shares { get; }

    /// <summary>The part of an accelerator that it is; null where it is of whole ones. <see cref="Shares"/> then names that one accelerator.</summary>
    public DeviceShare? Device { get; }

    /// <summary>Accelerators that it touches, on all nodes.</summary>
    public int Accelerators { get; }

    /// <summary>Accelerators that it takes, a part counting as its share.</summary>
    public double Amount => Device?.ComputeShare ?? Accelerators;

    /// <summary>Nodes that it touches.</summary>
    public int Nodes => Shares.Length;

    /// <summary>Whether it names no accelerator.</summary>
    public bool IsEmpty => Shares.IsEmpty;

    /// <summary>Makes an allocation of whole accelerators.</summary>
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

    /// <summary>Makes an allocation of a part of one accelerator.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static Allocation OfDevice(DeviceShare device)
    {
        if (device.Node < 0 || device.Device < 0)
        {
            throw new ArgumentException(
                $"device is accelerator {device.Device} of node {device.Node}; both are indices, 0 or more.", nameof(device));
        }

        if (new DeviceFraction(device.ComputeShare, device.MemoryBytes).Problem() is { } problem)
        {
            throw new ArgumentException($"device: {problem}", nameof(device));
        }

        return new Allocation([new NodeShare(device.Node, 1)], device);
    }

    /// <inheritdoc/>
    public bool Equals(Allocation? other) =>
        other is not null
        && (ReferenceEquals(this, other) || (Shares.AsSpan().SequenceEqual(other.Shares.AsSpan()) && Nullable.Equals(Device, other.Device)));

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

        hash.Add(Device);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        IsEmpty ? "none"
        : Device is { } part ? string.Create(
            CultureInfo.InvariantCulture, $"{part.ComputeShare:0.###} of accelerator {part.Device} with {part.MemoryBytes} bytes on node {part.Node}")
        : string.Join(" + ", Shares.Select(share => $"{share.Accelerators} on node {share.Node}"));
}
