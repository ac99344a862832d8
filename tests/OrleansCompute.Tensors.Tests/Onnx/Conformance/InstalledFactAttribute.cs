namespace OrleansCompute.Tensors.Tests.Onnx.Conformance;

/// <summary>A test that needs the files of a Debian package; skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InstalledFactAttribute : FactAttribute
{
    public InstalledFactAttribute(string folder, string package)
    {
        if (!Directory.Exists(folder))
        {
            Skip = $"{folder} is absent: apt-get install {package}";
        }
    }
}
