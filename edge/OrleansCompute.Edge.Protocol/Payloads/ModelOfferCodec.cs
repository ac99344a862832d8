using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, tenant, name, version, issue, size, sha256, signature, chunk size, metrics]</c>, up to 16 KiB.</summary>
public static class ModelOfferCodec
{
    private const int Fields = 9;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in ModelOffer value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.Tenant);
        writer.Write(value.Name);
        writer.Write(value.Version);
        writer.Write(value.Issue);
        writer.Write(value.SizeBytes);
        writer.Write(value.Sha256.Span);
        writer.Write(value.Signature.Span);
        writer.Write(value.ChunkBytes);
        PayloadFields.WriteValues(ref writer, value.Metrics);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out ModelOffer? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "model offer", ProtocolLimits.MaxOfferBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(ModelOffer value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return PayloadRules.Bytes(value.Signature, ProtocolLimits.SignatureBytes, ProtocolLimits.SignatureBytes, "signature")
            ?? ValidateUnsigned(value);
    }

    // Everything but the signature, so that an offer can be checked before it is signed.
    internal static string? ValidateUnsigned(ModelOffer value) => FabricName.Validate(value.Tenant, "tenant")
        ?? FabricName.Validate(value.Name, "model")
        ?? PayloadRules.Range(value.Version, 1, int.MaxValue, "version")
        ?? PayloadRules.Range(value.Issue, 1, long.MaxValue, "issue")
        ?? PayloadRules.Range(value.SizeBytes, 1, ProtocolLimits.MaxPackageBytes, "size in bytes")
        ?? PayloadRules.Bytes(value.Sha256, ProtocolLimits.Sha256Bytes, ProtocolLimits.Sha256Bytes, "sha256")
        ?? PayloadRules.Range(value.ChunkBytes, ProtocolLimits.MinChunkBytes, ProtocolLimits.MaxChunkBytes, "chunk size in bytes")
        ?? PayloadRules.Values(value.Metrics, 0, ProtocolLimits.MaxMetricsPerOffer, "metrics");

    private static ModelOffer Decode(ref MessagePackReader reader) => new()
    {
        Tenant = PayloadFields.ReadName(ref reader, "tenant"),
        Name = PayloadFields.ReadName(ref reader, "model"),
        Version = reader.ReadInt32(),
        Issue = reader.ReadInt64(),
        SizeBytes = reader.ReadInt64(),
        Sha256 = PayloadFields.ReadBytes(ref reader, ProtocolLimits.Sha256Bytes, "sha256"),
        Signature = PayloadFields.ReadBytes(ref reader, ProtocolLimits.SignatureBytes, "signature"),
        ChunkBytes = reader.ReadInt32(),
        Metrics = PayloadFields.ReadValues(ref reader, ProtocolLimits.MaxMetricsPerOffer, "metrics"),
    };
}
