namespace OrleansCompute.Contracts.Models;

/// <summary>Holds the fabric's signing key. Thread-safe.</summary>
public interface IModelSigner
{
    /// <summary>The public key, DER SubjectPublicKeyInfo, as devices are provisioned with it.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs with ECDSA P-256 over SHA-256.</summary>
    /// <returns>64 bytes, IEEE P1363.</returns>
    byte[] Sign(ReadOnlySpan<byte> message);
}
