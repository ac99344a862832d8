using System.Globalization;
using System.Text;

namespace OrleansCompute.Contracts.Models;

/// <summary>The signed facts of a model version.</summary>
public static class ModelManifest
{
    /// <summary>
    /// The bytes that the registry signs: a domain line, then one line each for tenant, name, version, size and hash. Names cannot
    /// hold a line break (<see cref="FabricNames"/>), so that no two manifests have equal bytes.
    /// </summary>
    public static byte[] CanonicalBytes(string tenant, string name, int version, long sizeBytes, string sha256) =>
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"oc-model-manifest-v1\n{tenant}\n{name}\n{version}\n{sizeBytes}\n{sha256}\n"));
}
