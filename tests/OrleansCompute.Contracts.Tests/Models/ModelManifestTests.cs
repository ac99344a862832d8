using System.Globalization;
using System.Text;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Contracts.Tests.Models;

public sealed class ModelManifestTests
{
    [Fact]
    public void CanonicalBytes_WhenWritten_AreTheDocumentedLines() => Assert.Equal(
        "oc-model-manifest-v1\nacme\nfashion\n3\n1234\nab\n",
        Encoding.UTF8.GetString(ModelManifest.CanonicalBytes("acme", "fashion", 3, 1234, "ab")));

    [Fact]
    public void CanonicalBytes_WhenAnyFactDiffers_Differ()
    {
        // Every combination of values that would run into one another without separators.
        string[] names = ["a", "a1", "1", "11", "a.1", "a-1"];
        int[] versions = [1, 11, 111];
        long[] sizes = [1, 11, 111];
        string[] hashes = ["1", "11", "a1"];
        var all = from tenant in names
                  from name in names
                  from version in versions
                  from size in sizes
                  from hash in hashes
                  select Convert.ToHexString(ModelManifest.CanonicalBytes(tenant, name, version, size, hash));
        var list = all.ToList();
        Assert.Equal(list.Count, list.Distinct().Count());
    }

    [Fact]
    public void CanonicalBytes_WhenTheCultureIsAnother_AreTheSame()
    {
        var expected = ModelManifest.CanonicalBytes("a", "b", -1, long.MaxValue, "c");
        var before = CultureInfo.CurrentCulture;
        try
        {
            var swedish = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            swedish.NumberFormat.NegativeSign = "\u2212";
            CultureInfo.CurrentCulture = swedish;
            Assert.Equal(expected, ModelManifest.CanonicalBytes("a", "b", -1, long.MaxValue, "c"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
