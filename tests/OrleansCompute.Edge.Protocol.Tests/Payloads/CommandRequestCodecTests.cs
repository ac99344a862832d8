using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class CommandRequestCodecTests : CodecTests<CommandRequest>
{
    protected override int MaxBytes => ProtocolLimits.MaxStateBytes;

    internal override Gen<CommandRequest> Values => Samples.Request;

    protected override byte[] Encode(CommandRequest value) => Samples.Bytes(output => CommandRequestCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out CommandRequest? value, out string? error) =>
        CommandRequestCodec.TryDecode(payload, out value, out error);
}
