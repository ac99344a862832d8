using OrleansCompute.Mqtt.Codec;

namespace OrleansCompute.Mqtt.Transport;

/// <summary>Where a writer gets messages from when it has room for them.</summary>
internal interface IOutboundSource
{
    /// <summary>Appends the next message; false when none may be sent now.</summary>
    bool TryWriteNext(PacketBuffer output);

    /// <summary>The stream failed; nothing is written any more.</summary>
    void OnWriteFailed(Exception error);
}
