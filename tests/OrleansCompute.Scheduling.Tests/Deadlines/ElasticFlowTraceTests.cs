using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Scheduling.Tests.Reservations;
using Xunit.Abstractions;

namespace OrleansCompute.Scheduling.Tests.Deadlines;

/// <summary>ElasticFlow's own trace of 195 jobs with its measured throughputs, on 16 × 4 T4 as Pollux' testbed.</summary>
public sealed class ElasticFlowTraceTests(ITestOutputHelper output)
{
    private const double RoundSeconds = 300;

    [TraceFact]
    public void Decide_OnElasticFlowsTrace_MeetsMostDeadlines()
    {
        var results = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var nodes in (int[])[16, 8])
        {
            foreach (var name in (string[])["fifo", "default", "elasticflow", "ours"])
            {
                var (met, mean) = Run(name, nodes);
                results[name] = met;
                output.WriteLine($"{nodes} x 4, {name}: {met:P1} of deadlines met, {mean:0} s mean completion of what was admitted");
            }

            Assert.True(results["ours"] >= results["fifo"] && results["ours"] >= results["default"] && results["ours"] >= results["elasticflow"]);
        }
    }

    private static (double Met, double MeanSeconds) Run(string name, int nodes)
    {
        var cluster = new ClusterSnapshot([.. Enumerable.Range(0, nodes).Select(i => new NodeSnapshot { Name = $"n{i}", AcceleratorType = "A", Accelerators = 4 })]);
        var baseline = new ElasticFlowBaseline(RoundSeconds);
        ISchedulingPolicy policy = name switch
        {
            "elasticflow" => baseline,
            "ours" => new DeadlinePolicy(SchedulingPolicies.Create("default")),
            _ => SchedulingPolicies.Create(name),
        };
        var world = new RoundWorld(policy, cluster, RoundSeconds);
        var jobs = Read();
        foreach (var (job, seconds) in jobs)
        {
            while (world.Now < job.SubmitSeconds)
            {
                world.Step();
            }

            var now = job with { ExpectedRemainingSeconds = seconds };
            if (name switch
            {
                "elasticflow" => baseline.Admits(cluster, world.Jobs, now, world.Now),
                "ours" => new DeadlineAdmission().Check(cluster, world.Jobs, now, world.Now, isElastic: true).IsAdmitted,
                _ => true,
            })
            {
                world.Submit(now, seconds, statesLength: true);
            }
        }

        while (world.Jobs.Count > 0)
        {
            world.Step();
        }

        return (jobs.Count(job => world.Ends.TryGetValue(job.Job.Id, out var end) && end <= job.Job.DeadlineSeconds) / (double)jobs.Count,
            world.Ends.Average(end => end.Value - jobs.First(job => job.Job.Id == end.Key).Job.SubmitSeconds));
    }

    private static List<(JobSnapshot Job, double Seconds)> Read()
    {
        var models = new Dictionary<string, Measured>(StringComparer.Ordinal);
        var rows = File.ReadAllLines(Path.Combine(TraceFactAttribute.Folder!, "traces", "elasticVpollux_e.csv")).Skip(1).Select(line => line.Split(',')).ToList();
        var first = rows.Min(row => Number(row[1]));
        return [.. rows.Select(row =>
        {
            var key = $"{row[3]}/{row[5]}";
            if (!models.TryGetValue(key, out var model))
            {
                models.Add(key, model = new Measured(Path.Combine(TraceFactAttribute.Folder!, "throughputs_T4", row[3] + ".csv"), row[5]));
            }

            var requested = (int)Number(row[6]);
            return (new JobSnapshot
            {
                Id = "job-" + row[0], SubmitSeconds = Number(row[1]) - first, RequestedAccelerators = requested, MinAccelerators = model.Least,
                MaxAccelerators = Math.Max(model.Least, 64), Goodput = model, DeadlineSeconds = Number(row[4]) - first,
            }, Number(row[2]) / model.Goodput("A", 1, requested));
        })];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    // Iterations a second by number of accelerators; between two that were measured, as with the fewer.
    private sealed class Measured : IGoodputModel
    {
        private readonly ImmutableSortedDictionary<int, double> _speeds;

        public Measured(string path, string batch)
        {
            var lines = File.ReadAllLines(path).Select(line => line.Split(',')).ToList();
            var row = lines.Skip(1).First(fields => Number(fields[0]) == Number(batch));
            _speeds = lines[0].Zip(row).Skip(1).Where(pair => pair.Second.Length > 0 && Number(pair.Second) > 0)
                .ToImmutableSortedDictionary(pair => (int)Number(pair.First), pair => Number(pair.Second));
        }

        public int Least => _speeds.Keys.First();

        public double Goodput(string acceleratorType, int nodes, int accelerators) =>
            accelerators < Least ? 0 : _speeds.Last(pair => pair.Key <= accelerators).Value;

        public int MaxTrustedAccelerators(string acceleratorType) => _speeds.Keys.Last();
    }
}
