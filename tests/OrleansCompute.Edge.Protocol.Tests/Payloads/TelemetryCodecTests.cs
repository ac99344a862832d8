using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class TelemetryCodecTests : CodecTests<TelemetryBatch>
{
    protected override int MaxBytes => ProtocolLimits.MaxTelemetryBytes;

    internal override Gen<TelemetryBatch> Values => Samples.Telemetry;

    protected override byte[] Encode(TelemetryBatch value) => Samples.Bytes(output => TelemetryCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out TelemetryBatch? value, out string? error) =>
        TelemetryCodec.TryDecode(payload, out value, out error);

    protected override object Comparable(TelemetryBatch value) =>
        string.Join(";", value.Readings.Select(reading => (reading.Sequence, reading.MeasuredAt, string.Join(",", reading.Values))));
}
