using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class ModelChunkCodecTests : CodecTests<ModelChunk>
{
    protected override int MaxBytes => ProtocolLimits.MaxChunkMessageBytes;

    internal override Gen<ModelChunk> Values => Samples.Chunk;

    protected override byte[] Encode(ModelChunk value) => Samples.Bytes(output => ModelChunkCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out ModelChunk? value, out string? error) =>
        ModelChunkCodec.TryDecode(payload, out value, out error);

    protected override object Comparable(ModelChunk value) =>
        (value.Version, value.Issue, value.Offset, value.TotalBytes, Convert.ToHexString(value.Data.Span));
}
