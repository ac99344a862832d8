using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class ModelOfferCodecTests : CodecTests<ModelOffer>
{
    protected override int MaxBytes => ProtocolLimits.MaxOfferBytes;

    internal override Gen<ModelOffer> Values => Samples.Offer;

    protected override byte[] Encode(ModelOffer value) => Samples.Bytes(output => ModelOfferCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out ModelOffer? value, out string? error) =>
        ModelOfferCodec.TryDecode(payload, out value, out error);

    protected override object Comparable(ModelOffer value) =>
        value with
        {
            Sha256 = default, Signature = default, Metrics = [],
            Name = value.Name + Convert.ToHexString(value.Sha256.Span) + Convert.ToHexString(value.Signature.Span)
                + string.Join(";", value.Metrics),
        };
}
