using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class DeviceReportCodecTests : CodecTests<DeviceReport>
{
    protected override int MaxBytes => ProtocolLimits.MaxStateBytes;

    internal override Gen<DeviceReport> Values => Samples.Report;

    protected override byte[] Encode(DeviceReport value) => Samples.Bytes(output => DeviceReportCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out DeviceReport? value, out string? error) =>
        DeviceReportCodec.TryDecode(payload, out value, out error);
}
