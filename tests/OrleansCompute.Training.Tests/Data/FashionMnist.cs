namespace OrleansCompute.Training.Tests.Data;

/// <summary>Finds the photographs that the repository brings along.</summary>
internal static class FashionMnist
{
    public static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "simulations", "data", "fashion-mnist");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' has simulations/data/fashion-mnist.");
    }
}
