namespace OrleansCompute.Architecture.Tests;

public sealed class ProjectReferenceTests
{
    // The house of the design: who may know whom. References point one way.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Scheduling"] = [],
        ["Tensors"] = [],
        ["Training"] = ["Tensors"],
        ["Storage"] = ["Contracts"],
        ["Grains"] = ["Contracts", "Scheduling", "Tensors", "Training"],
        ["Mqtt"] = [],
        ["Gateway"] = ["Contracts", "Edge.Protocol", "Mqtt"],
        ["Dashboard"] = ["Contracts"],
        ["Client"] = ["Contracts"],
        ["Silo"] =
            ["Client", "Contracts", "Dashboard", "Gateway", "Grains", "Mqtt", "Scheduling", "Storage", "Tensors", "Training"],
        ["Cli"] = ["Client", "Edge.Agent", "Edge.Protocol", "Silo", "Simulations"],
        ["Simulations"] = ["Edge.Protocol", "Mqtt", "Scheduling"],
        ["Edge.Protocol"] = [],
        ["Edge.Agent"] = ["Edge.Protocol", "Mqtt", "Tensors", "Training"],
        ["Embedded.Orleans"] = [],
        ["Embedded.Orleans.TestingHost"] = ["Embedded.Orleans"],
        ["Embedded.MessagePack"] = [],
        ["Embedded.Ilgpu"] = [],
    };

    public static TheoryData<string> ProductProjects() =>
        [.. Repository.Projects.Values.Where(project => !project.IsTest).Select(project => project.Name)];

    [Theory, MemberData(nameof(ProductProjects))]
    public void References_OfAProductProject_AreAllowedByTheDesign(string project)
    {
        var name = project["OrleansCompute.".Length..];
        Assert.True(Allowed.ContainsKey(name), $"{project} is in no rule: say in this test what it may reference.");
        var references = Repository.Projects[project].References.Select(reference => reference["OrleansCompute.".Length..]);
        Assert.Empty(references.Except(Allowed[name]));
    }

    [Fact]
    public void Rules_NameOnlyProjectsThatExist()
    {
        Assert.Empty(Allowed.Keys.Select(name => "OrleansCompute." + name).Except(Repository.Projects.Keys));
    }

    [Fact]
    public void Packages_AreChosenInOneFileOnly()
    {
        var offenders = Repository.Projects.Values
            .Where(project => File.ReadAllText(project.Path).Contains("$(Packages)", StringComparison.Ordinal)
                || project.References.Any(reference => reference.StartsWith("OrleansCompute.Embedded.", StringComparison.Ordinal))
                && !project.IsEmbedded)
            .Select(project => project.Name);
        Assert.Empty(offenders);
    }

    [Fact]
    public void Solution_KnowsEveryProject()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "OrleansCompute.sln"));
        Assert.Empty(Repository.Projects.Values.Where(project =>
            !solution.Contains(Path.GetFileName(project.Path), StringComparison.Ordinal)).Select(project => project.Name));
    }

    [Fact]
    public void PackageVersions_AreFixed()
    {
        var versions = System.Xml.Linq.XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(version => version.Attribute("Version")!.Value).ToList();
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(@"^[0-9]+(\.[0-9]+){1,3}(-[a-z0-9.]+)?$", version));
        Assert.All(Repository.Projects.Values, project =>
            Assert.DoesNotContain(project.Document.Descendants("PackageReference"), reference => reference.Attribute("Version") is not null));
    }
}
