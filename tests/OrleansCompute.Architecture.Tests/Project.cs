using System.Xml.Linq;

namespace OrleansCompute.Architecture.Tests;

/// <summary>A project file.</summary>
internal sealed record Project(string Path, XDocument Document)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public bool IsEmbedded => Repository.Relative(Path).StartsWith("src/Embedded/", StringComparison.Ordinal);

    public bool IsTest => Repository.Relative(Path).StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>Names of the projects that it references by itself (the choice of packages is in eng/Packages.targets).</summary>
    public IReadOnlyList<string> References =>
    [
        .. Document.Descendants("ProjectReference")
            .Select(reference => System.IO.Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Source files, those that the build generates left out.</summary>
    public IReadOnlyList<string> Sources =>
    [
        .. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Repository.Relative(file).Split('/').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal),
    ];
}
