using System.Security.Cryptography;

namespace OrleansCompute.Silo.Security;

/// <summary>The key that may do everything; made once, kept in the data folder.</summary>
internal static class OperatorKey
{
    private const int KeyBytes = 32;

    /// <summary>Reads the key, or makes one where there is none yet.</summary>
    public static string OpenOrCreate(string path)
    {
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }

        var key = "op_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        PrivateFile.Write(path, key + "\n");
        return key;
    }
}
