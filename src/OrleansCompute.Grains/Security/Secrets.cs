using System.Security.Cryptography;
using System.Text;

namespace OrleansCompute.Grains.Security;

/// <summary>
/// Secrets that the fabric makes itself: 256 random bits. They are stored as a salted SHA-256; a slow hash would add nothing, since
/// nobody can guess 256 bits, and would cost each of a fleet's connections tens of milliseconds.
/// </summary>
internal static class Secrets
{
    private const int SecretBytes = 32;
    private const int SaltBytes = 16;
    private const int MaxSecretChars = 256;

    /// <summary>A new secret, lower-case hexadecimal.</summary>
    public static string Create() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What to store of a secret: salt and hash, base64.</summary>
    public static string Hash(string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Convert.ToBase64String([.. salt, .. Digest(salt, secret)]);
    }

    /// <summary>Whether the secret is the one that was hashed; constant time.</summary>
    public static bool Verify(string? secret, string hash)
    {
        if (secret is null or { Length: 0 or > MaxSecretChars })
        {
            return false;
        }

        var stored = Convert.FromBase64String(hash);
        return CryptographicOperations.FixedTimeEquals(stored.AsSpan(SaltBytes), Digest(stored.AsSpan(0, SaltBytes), secret));
    }

    private static byte[] Digest(ReadOnlySpan<byte> salt, string secret) =>
        SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(secret)]);
}
