using System.Security.Cryptography;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Silo.Security;

/// <summary>Signs with a key that stays in the data folder. Thread-safe.</summary>
internal sealed class ModelSigner : IModelSigner, IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    private ModelSigner(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Reads the key, or makes one where there is none yet.</summary>
    /// <exception cref="FabricServerException">The file is not a key.</exception>
    public static ModelSigner OpenOrCreate(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, key.ExportPkcs8PrivateKeyPem());
            return new ModelSigner(key);
        }

        try
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new FabricServerException(
                $"The signing key {path} is not a PEM private key: restore it from a backup. A new key would make every device refuse models.", exception);
        }

        return new ModelSigner(key);
    }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        // ECDsa instances are not safe for concurrent use.
        lock (_gate)
        {
            return _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    public void Dispose() => _key.Dispose();
}
