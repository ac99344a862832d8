using System.Buffers;
using System.Security.Cryptography;
using MessagePack;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Security;

/// <summary>
/// ECDSA P-256 over SHA-256 of the canonical bytes of an offer: a domain text, so that a signature made for something else never
/// fits, then every field but the signature, each self-delimiting (MessagePack writes lengths before text and bytes, and has one
/// shortest form that the writer uses), so that no two offers share their bytes.
/// </summary>
public static class ModelSignature
{
    /// <summary>Starts the canonical bytes.</summary>
    public const string Domain = "OrleansCompute model offer v1";

    /// <summary>The bytes that are signed.</summary>
    public static byte[] CanonicalBytes(ModelOffer offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new MessagePackWriter(output);
        writer.Write(Domain);
        writer.Write(offer.Tenant);
        writer.Write(offer.Name);
        writer.Write(offer.Version);
        writer.Write(offer.Issue);
        writer.Write(offer.SizeBytes);
        writer.Write(offer.Sha256.Span);
        writer.Write(offer.ChunkBytes);
        PayloadFields.WriteValues(ref writer, offer.Metrics);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The offer with its signature.</summary>
    /// <param name="privateKey">P-256.</param>
    /// <param name="offer">All fields set; its signature is replaced.</param>
    /// <exception cref="ArgumentException">The key is not P-256, or the offer breaks a limit.</exception>
    public static ModelOffer Sign(ECDsa privateKey, ModelOffer offer)
    {
        ThrowUnlessP256(privateKey);
        ArgumentNullException.ThrowIfNull(offer);
        return ModelOfferCodec.ValidateUnsigned(offer) is { } error
            ? throw new ArgumentException(error, nameof(offer))
            : offer with
            {
                Signature = privateKey.SignData(
                    CanonicalBytes(offer), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            };
    }

    /// <summary>Whether the signature was made over this offer with the private part of the key.</summary>
    public static bool Verify(ECDsa publicKey, ModelOffer offer)
    {
        ThrowUnlessP256(publicKey);
        ArgumentNullException.ThrowIfNull(offer);
        return ModelOfferCodec.Validate(offer) is null && publicKey.VerifyData(
            CanonicalBytes(offer), offer.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Reads a public key from PEM text or from the base64 text of its SubjectPublicKeyInfo.</summary>
    /// <returns>The key; the caller disposes of it.</returns>
    /// <exception cref="ArgumentException">The text is no P-256 public key.</exception>
    public static ECDsa ImportPublicKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var key = ECDsa.Create();
        try
        {
            if (text.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                key.ImportFromPem(text);
            }
            else
            {
                key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text.Trim()), out _);
            }

            ThrowUnlessP256(key);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or ArgumentException)
        {
            key.Dispose();
            throw new ArgumentException(
                $"The model public key ({text.Length} characters) is no P-256 public key; give PEM text or the base64 text of its "
                + $"SubjectPublicKeyInfo: {exception.Message}", nameof(text), exception);
        }
    }

    /// <summary>The public key as base64 text of its SubjectPublicKeyInfo, as <see cref="ImportPublicKey"/> reads it.</summary>
    public static string ExportPublicKey(ECDsa key)
    {
        ThrowUnlessP256(key);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    private static void ThrowUnlessP256(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var curve = key.ExportParameters(false).Curve.Oid;
        if (curve.Value != ECCurve.NamedCurves.nistP256.Oid.Value && curve.FriendlyName is not ("nistP256" or "ECDSA_P256"))
        {
            throw new ArgumentException($"The key's curve is {curve.FriendlyName ?? curve.Value}; only P-256 is allowed.", nameof(key));
        }
    }
}
