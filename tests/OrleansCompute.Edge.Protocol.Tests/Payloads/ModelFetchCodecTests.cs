using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class ModelFetchCodecTests : CodecTests<ModelFetch>
{
    protected override int MaxBytes => ProtocolLimits.MaxFetchBytes;

    internal override Gen<ModelFetch> Values => Samples.Fetch;

    protected override byte[] Encode(ModelFetch value) => Samples.Bytes(output => ModelFetchCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out ModelFetch? value, out string? error) =>
        ModelFetchCodec.TryDecode(payload, out value, out error);
}
