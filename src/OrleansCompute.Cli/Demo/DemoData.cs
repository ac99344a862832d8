namespace OrleansCompute.Cli.Demo;

/// <summary>The demo's real data, which travels with the program (sources and licences in simulations/data/).</summary>
internal sealed class DemoData
{
    private DemoData(string root, string job) => (Root, JobSpec) = (root, job);

    /// <summary>Motes that the agents replay: 1 and 4 have introduced events, 2 has none.</summary>
    public static IReadOnlyList<int> Motes { get; } = [1, 2, 4];

    public FileInfo TrainImages => File("fashion-mnist", "train20k-images-idx3-ubyte.gz");

    public FileInfo TrainLabels => File("fashion-mnist", "train20k-labels-idx1-ubyte.gz");

    public FileInfo TestImages => File("fashion-mnist", "t10k-images-idx3-ubyte.gz");

    public FileInfo TestLabels => File("fashion-mnist", "t10k-labels-idx1-ubyte.gz");

    public FileInfo MoteReadings => File("sensornet", "singlehop.csv.gz");

    /// <summary>The job's spec, YAML.</summary>
    public string JobSpec { get; }

    private string Root { get; }

    /// <exception cref="CommandException">A file is missing.</exception>
    public static DemoData Open()
    {
        var root = Path.Combine(AppContext.BaseDirectory, "data");
        var job = Path.Combine(AppContext.BaseDirectory, "scenarios", "demo", "three-nodes.yaml");
        if (!System.IO.File.Exists(job))
        {
            throw new CommandException($"The demo's job spec {job} is missing; build the program again.");
        }

        var data = new DemoData(root, System.IO.File.ReadAllText(job));
        foreach (var file in (FileInfo[])[data.TrainImages, data.TrainLabels, data.TestImages, data.TestLabels, data.MoteReadings])
        {
            if (!file.Exists)
            {
                throw new CommandException($"The demo's data file {file.FullName} is missing; build the program again.");
            }
        }

        return data;
    }

    private FileInfo File(string folder, string name) => new(Path.Combine(Root, folder, name));
}
