using System.Text.RegularExpressions;

namespace OrleansCompute.Architecture.Tests;

public sealed partial class SourceFileTests
{
    private const int MaxLines = 400;

    public static TheoryData<string> Projects() => [.. Repository.Projects.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Projects))]
    public void Namespace_IsFileScopedAndEqualsTheFolder(string name)
    {
        var project = Repository.Projects[name];
        var wrong = new List<string>();
        foreach (var file in project.Sources.Where(DeclaresTypes))
        {
            var text = File.ReadAllText(file);
            var found = FileScopedNamespace().Match(text);
            var folder = Path.GetRelativePath(project.Folder, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            var expected = folder == "." ? name : $"{name}.{folder}";

            // Embedded implementations keep the namespaces of the packages whose place they take.
            if (!found.Success || (!project.IsEmbedded && found.Groups[1].Value != expected))
            {
                wrong.Add($"{Repository.Relative(file)}: '{found.Groups[1].Value}', expected '{expected}'");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory, MemberData(nameof(Projects))]
    public void PublicTypes_AreOnePerFileAndNameIt(string name)
    {
        var wrong = new List<string>();
        foreach (var file in Repository.Projects[name].Sources)
        {
            var types = PublicType().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).Distinct().ToList();
            var stem = Path.GetFileNameWithoutExtension(file);

            // X.Log.cs and the like hold a part of X; XOfT.cs holds X<T>, where the file of X holds X.
            if (types.Count > 1
                || (types.Count == 1 && types[0] != stem.Split('.')[0] && !stem.StartsWith(types[0] + "Of", StringComparison.Ordinal)))
            {
                wrong.Add($"{Repository.Relative(file)}: {string.Join(", ", types)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory, MemberData(nameof(Projects))]
    public void Length_IsAtMost400Lines(string name) =>
        Assert.Empty(Repository.Projects[name].Sources
            .Select(file => (File: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(source => source.Lines > MaxLines)
            .Select(source => $"{source.File}: {source.Lines}"));

    [Fact]
    public void ProductCode_DoesNotBranchOnTheBuild() =>
        Assert.Empty(Repository.Projects.Values.Where(project => !project.IsTest && !project.IsEmbedded)
            .SelectMany(project => project.Sources)
            .Where(file => Directive().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative));

    [Fact]
    public void EventIds_AreUnique()
    {
        var ids = Repository.Projects.Values.Where(project => !project.IsTest)
            .SelectMany(project => project.Sources)
            .SelectMany(file => EventId().Matches(File.ReadAllText(file)).Select(match => (Id: match.Groups[1].Value, File: file)));
        var twice = ids.GroupBy(entry => entry.Id).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(entry => Repository.Relative(entry.File)))}");
        Assert.Empty(twice);
    }

    private static bool DeclaresTypes(string file) => TypeDeclaration().IsMatch(File.ReadAllText(file));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex FileScopedNamespace();

    [GeneratedRegex(@"^(?:\[.*\]\s*)?(?:public|internal) .*\b(?:class|struct|interface|enum|record|delegate)\b", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(
        @"^public (?:(?:sealed|static|abstract|readonly|ref|partial|unsafe) )*(?:record struct|record class|record|class|struct|interface|enum|delegate [\w<>?]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^\s*#(?:if|elif)\b", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex EventId();
}
