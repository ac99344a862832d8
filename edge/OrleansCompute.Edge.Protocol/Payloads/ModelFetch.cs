namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>Asks for a piece of an offered package.</summary>
/// <param name="Version">Version of the model.</param>
/// <param name="Issue">Issue of the offer.</param>
/// <param name="Offset">First byte, from 0.</param>
/// <param name="Length">How many bytes, 1 to 256 KiB; the last piece may be shorter.</param>
public sealed record ModelFetch(int Version, long Issue, long Offset, int Length);
