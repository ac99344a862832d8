using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class HardSampleCodecTests : CodecTests<HardSample>
{
    protected override int MaxBytes => ProtocolLimits.MaxSampleBytes;

    internal override Gen<HardSample> Values => Samples.Sample;

    protected override byte[] Encode(HardSample value) => Samples.Bytes(output => HardSampleCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out HardSample? value, out string? error) =>
        HardSampleCodec.TryDecode(payload, out value, out error);

    protected override object Comparable(HardSample value) =>
        (value.SampleIndex, value.Label, value.Confidence, Convert.ToHexString(value.Image.Span));
}
