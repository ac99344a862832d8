namespace OrleansCompute.Contracts.Storage;

/// <summary>A stored artifact.</summary>
/// <param name="Sha256">Hash of its bytes, lower-case hexadecimal: its name.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record ArtifactInfo(string Sha256, long SizeBytes);
