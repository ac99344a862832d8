using System.Security.Cryptography;
using OrleansCompute.Gateway;

namespace OrleansCompute.Silo.Security;

/// <summary>The key that may do everything; made once, kept in the data folder.</summary>
internal static class OperatorKey
{
    private const int KeyBytes = 32;

    /// <summary>Reads the key, or makes one where there is none yet.</summary>
    /// <exception cref="FabricServerException">The file holds no key.</exception>
    public static string OpenOrCreate(string path)
    {
        if (File.Exists(path))
        {
            var found = File.ReadAllText(path).Trim();
            return found.Length is >= GatewayOptions.MinOperatorKeyLength and <= GatewayOptions.MaxOperatorKeyLength
                ? found
                : throw new FabricServerException(
                    $"The operator key {path} has {found.Length} characters; allowed: {GatewayOptions.MinOperatorKeyLength} to {GatewayOptions.MaxOperatorKeyLength}. Restore it, or delete the file to get a new key.");
        }

        var key = "op_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        PrivateFile.Write(path, key + "\n");
        return key;
    }
}
