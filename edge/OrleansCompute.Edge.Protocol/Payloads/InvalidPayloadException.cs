namespace OrleansCompute.Edge.Protocol.Payloads;

// Leaves a decoder from any depth; never leaves Payload.TryDecode.
internal sealed class InvalidPayloadException(string message) : Exception(message);
