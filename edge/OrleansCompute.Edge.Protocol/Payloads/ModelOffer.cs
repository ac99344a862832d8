using System.Collections.Immutable;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>
/// A model version for a device to fetch. Everything in it but the signature is signed, see
/// <see cref="Security.ModelSignature"/>.
/// </summary>
public sealed record ModelOffer
{
    /// <summary>Whose devices may run it.</summary>
    public required string Tenant { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the model, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>
    /// Counts the offers of this tenant's model, from 1, strictly ascending: a device refuses one that is not above the last it
    /// accepted. An old offer replayed is so refused, while a roll-back to an older version is a new offer.
    /// </summary>
    public required long Issue { get; init; }

    /// <summary>Length of the package in bytes, 1 to 256 MiB.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the package, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Sha256 { get; init; }

    /// <summary>ECDSA P-256 signature, 64 bytes (IEEE P1363).</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Largest piece to fetch at once, 1 KiB to 256 KiB; 64 KiB when not given.</summary>
    public int ChunkBytes { get; init; } = ProtocolLimits.DefaultChunkBytes;

    /// <summary>Up to 32 figures of the model, for example its accuracy.</summary>
    public ImmutableArray<NamedValue> Metrics { get; init; } = [];
}
