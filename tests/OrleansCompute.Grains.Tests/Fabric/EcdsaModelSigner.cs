using System.Security.Cryptography;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>A real key, made for the test.</summary>
public sealed class EcdsaModelSigner : IModelSigner, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public EcdsaModelSigner() => PublicKey = _key.ExportSubjectPublicKeyInfo();

    public ReadOnlyMemory<byte> PublicKey { get; }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_key)
        {
            return _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    public void Dispose() => _key.Dispose();
}
