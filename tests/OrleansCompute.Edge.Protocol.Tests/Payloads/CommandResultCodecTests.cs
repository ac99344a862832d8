using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class CommandResultCodecTests : CodecTests<CommandResult>
{
    protected override int MaxBytes => ProtocolLimits.MaxStateBytes;

    internal override Gen<CommandResult> Values => Samples.Result;

    protected override byte[] Encode(CommandResult value) => Samples.Bytes(output => CommandResultCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out CommandResult? value, out string? error) =>
        CommandResultCodec.TryDecode(payload, out value, out error);
}
