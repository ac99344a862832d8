namespace OrleansCompute.Edge.Agent.Tests;

/// <summary>The real data of the repository.</summary>
internal static class Repository
{
    public static string SensorCsv => DataFile("sensornet", "singlehop.csv.gz");

    public static string TestImages => DataFile("fashion-mnist", "t10k-images-idx3-ubyte.gz");

    private static string DataFile(string set, string file)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "OrleansCompute.sln")))
            {
                return Path.Combine(folder, "simulations", "data", set, file);
            }
        }

        throw new InvalidOperationException($"OrleansCompute.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
