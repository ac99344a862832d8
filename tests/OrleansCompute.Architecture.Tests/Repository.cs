using System.Xml.Linq;

namespace OrleansCompute.Architecture.Tests;

/// <summary>The repository as files.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Top-level folders that hold projects.</summary>
    public static IReadOnlyList<string> CodeFolders { get; } = ["src", "edge", "simulations", "tests"];

    /// <summary>All folders at the top that are ours.</summary>
    public static IReadOnlyList<string> TopLevelFolders { get; } =
    [
        .. Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)!)
            .Where(folder => !folder.StartsWith('.') && folder is not ("artifacts" or "TestResults" or "BenchmarkDotNet.Artifacts"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every project, by name.</summary>
    public static IReadOnlyDictionary<string, Project> Projects { get; } = CodeFolders
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
        .Select(path => new Project(path, XDocument.Load(path)))
        .ToDictionary(project => project.Name);

    /// <summary>A path relative to the root, with forward slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrleansCompute.sln")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))
                ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds OrleansCompute.sln.");
        }

        return folder;
    }
}
