using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>Reads the one field that was added to a payload after its first release, and that may be missing.</summary>
internal delegate T PayloadExtension<T>(ref MessagePackReader reader, T value);
