using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class InferenceReportCodecTests : CodecTests<InferenceReport>
{
    protected override int MaxBytes => ProtocolLimits.MaxInferenceBytes;

    internal override Gen<InferenceReport> Values => Samples.Inference;

    protected override byte[] Encode(InferenceReport value) => Samples.Bytes(output => InferenceReportCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out InferenceReport? value, out string? error) =>
        InferenceReportCodec.TryDecode(payload, out value, out error);

    protected override object Comparable(InferenceReport value) =>
        (value.Model, value.Version, string.Join(";", value.Results));
}
