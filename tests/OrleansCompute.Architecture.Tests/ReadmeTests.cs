using System.Text.RegularExpressions;

namespace OrleansCompute.Architecture.Tests;

public sealed partial class ReadmeTests
{
    public static TheoryData<string> Readmes() => ["README.md", .. Repository.TopLevelFolders.Select(folder => folder + "/README.md")];

    [Theory, MemberData(nameof(Readmes))]
    public void Paths_ThatAReadmeNames_Exist(string readme)
    {
        var path = Path.Combine(Repository.Root, readme);
        Assert.True(File.Exists(path), $"{readme} is missing: every top-level folder has one.");
        var folder = Path.GetDirectoryName(path)!;
        var missing = PathInCode().Matches(File.ReadAllText(path))
            .Select(match => match.Groups[1].Value)
            .Where(name => !Exists(folder, name) && !Exists(Repository.Root, name));
        Assert.Empty(missing.Distinct());
    }

    [Fact]
    public void FirstScreen_ShowsWhatTheDemoPrints()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var output = readme[readme.IndexOf("<!-- demo-output -->", StringComparison.Ordinal)..readme.IndexOf("<!-- /demo-output -->", StringComparison.Ordinal)];
        Assert.All((string[])["server", "training", "roll-out", "accuracy", "tampering", "took"], label =>
            Assert.Contains("\n" + label, output, StringComparison.Ordinal));
    }

    private static bool Exists(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) || Directory.Exists(path);
    }

    // What is in backquotes, has a slash and no blank is a path of the repository, unless it begins like an address or a topic.
    [GeneratedRegex("`((?!oc/v1|http|/|~|-)[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]*)`")]
    private static partial Regex PathInCode();
}
