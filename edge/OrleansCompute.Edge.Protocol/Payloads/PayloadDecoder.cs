using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

internal delegate T PayloadDecoder<T>(ref MessagePackReader reader);
