using System.Security.Cryptography;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Gateway.Tests.Support;

internal sealed class TestModelSigner : IModelSigner, IDisposable
{
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ReadOnlyMemory<byte> PublicKey => Key.ExportSubjectPublicKeyInfo();

    public byte[] Sign(ReadOnlySpan<byte> message) =>
        Key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose() => Key.Dispose();
}
