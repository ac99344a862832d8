namespace OrleansCompute.Tensors.Tests.Accelerators.Toy;

public sealed class GuideTests
{
    [Fact]
    public void Code_InTheGuide_IsThatOfTheExample()
    {
        var root = Root();
        var folders = new[] { "tests/OrleansCompute.ToyChip", "tests/OrleansCompute.Tensors.Tests/Accelerators/Toy" };
        var sources = string.Join('\n', folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.cs")).Order(StringComparer.Ordinal).Select(File.ReadAllText));
        var guide = File.ReadAllText(Path.Combine(root, "src/OrleansCompute.Tensors/Accelerators/README.md"));
        var blocks = guide.Split("```csharp\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)].TrimEnd()).ToList();

        Assert.InRange(blocks.Count, 5, 20);
        Assert.All(blocks, block => Assert.Contains(block, sources, StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrleansCompute.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"No OrleansCompute.sln above {AppContext.BaseDirectory}.");
        }

        return folder;
    }
}
