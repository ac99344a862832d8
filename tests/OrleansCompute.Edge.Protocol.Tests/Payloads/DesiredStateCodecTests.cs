using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class DesiredStateCodecTests : CodecTests<DesiredState>
{
    protected override int MaxBytes => ProtocolLimits.MaxStateBytes;

    internal override Gen<DesiredState> Values => Samples.Desired;

    protected override byte[] Encode(DesiredState value) => Samples.Bytes(output => DesiredStateCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out DesiredState? value, out string? error) =>
        DesiredStateCodec.TryDecode(payload, out value, out error);
}
