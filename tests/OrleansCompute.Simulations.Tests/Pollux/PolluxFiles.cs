using System.Globalization;

namespace OrleansCompute.Simulations.Tests.Pollux;

/// <summary>A small workload with profiles, made up by a law of step times, in a temporary folder.</summary>
internal sealed class PolluxFiles : IDisposable
{
    public PolluxFiles(params ReadOnlySpan<string> types)
    {
        Folder = Directory.CreateTempSubdirectory("pollux-").FullName;
        foreach (var (application, cost) in ((string, double)[])[("small", 0.01), ("large", 0.1)])
        {
            var folder = Directory.CreateDirectory(Path.Combine(Profiles, application)).FullName;
            foreach (var batch in (int[])[32, 128, 512])
            {
                // Less progress is needed with the smallest batch; noise grows while the training goes on.
                Write(Path.Combine(folder, $"validation-{batch}.csv"), "progress,iteration,metric,grad_sqr,grad_var", Enumerable.Range(1, 10)
                    .Select(epoch => Line(epoch * (1000 + batch), epoch * 1000, 0.5, 1.0, epoch * 2.0)));
            }

            foreach (var type in types.IsEmpty ? [""] : types.ToArray())
            {
                var speed = type == "fast" ? 4 : 1;
                var suffix = type.Length == 0 ? "" : "-" + type;
                string[] placements = ["1", "2", "4", "11", "22", "44", "222", "444", "4444"];
                Write(Path.Combine(folder, $"placements{suffix}.csv"), "placement,local_bsz,step_time,sync_time", placements.SelectMany(placement =>
                    ((int[])[8, 32, 64]).Select(batch => placement + "," + Time(cost / speed, placement.Length, placement.Sum(digit => digit - '0'), batch))));
                Write(Path.Combine(folder, $"scalability{suffix}.csv"), "num_nodes,num_replicas,local_bsz,step_time,sync_time", ((int[])[6, 8, 16]).SelectMany(nodes =>
                    ((int[])[8, 64]).SelectMany(batch => ((int[])[nodes, 4 * nodes]).Select(count => $"{nodes},{count}," + Time(cost / speed, nodes, count, batch)))));
            }
        }

        var jobs = Enumerable.Range(0, 24).Select(i => $"job-{i},{i * 45},{(i % 4 == 3 ? "large" : "small")},{1 + (i % 3)},{(i % 3 == 0 ? 64 : 128)}");
        Write(Workload, "name,time,application,num_replicas,batch_size", jobs);
    }

    public string Folder { get; }

    public string Profiles => Path.Combine(Folder, "traces");

    public string Workload => Path.Combine(Folder, "workload.csv");

    public static void Write(string path, string header, IEnumerable<string> lines) => File.WriteAllLines(path, [header, .. lines]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Time(double cost, int nodes, int accelerators, int batch)
    {
        var sync = accelerators == 1 ? 0.0001 : nodes == 1 ? 0.005 : 0.02;
        return Line(batch, cost + (cost * batch / 32) + sync, sync);
    }

    private static string Line(params double[] values) => string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
