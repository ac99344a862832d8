using System.Text.Json;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Simulations;

public sealed class SimClusterCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gavel_WhenFilesAreGood_WritesEveryMeasure()
    {
        var (trace, json) = (File("t.trace", GavelLine("A", 3_600, 1) + GavelLine("A", 36_000, 2) + GavelLine("A", 10, 64)), Result());
        var profiles = File("p.json", """{"v100": {"('A', 1)": {"null": 1}, "('A', 2)": {"null": 2}, "('A', 64)": {"null": 2}}}""");

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "gavel", "--workload", trace, "--profiles", profiles, "--cluster", "V100:4x1", "--json", json);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("refused: job-3 asks for 64 accelerators of one type; the cluster has at most 4 that run it.", run.Errors);
        Assert.Contains("mean completion", run.Output);
        var result = Read(json);
        Assert.Equal(2, result.GetProperty("jobs").GetInt32());
        Assert.Equal(360 + ((3_600 + 18_000) / 2.0), result.GetProperty("avg_jct_seconds").GetDouble(), 1e-6);
        Assert.All(
            new[]
            {
                "median_jct_seconds", "p99_jct_seconds", "makespan_seconds", "utilisation", "worst_ftf", "unfair_fraction", "gpu_hours_per_job",
                "restarts_per_job", "allocation_fraction", "fragmented_fraction", "decision_ms_p99", "wall_seconds",
            },
            name => Assert.Equal(JsonValueKind.Number, result.GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task Fgd_WhenFilesAreGood_TellsAllocationAndFragmentation()
    {
        var nodes = File("n.csv", "sn,cpu_milli,memory_mib,gpu,model\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"n{i},32000,65536,2,T4\n")));
        var tasks = File("t.csv", "name,cpu_milli,memory_mib,num_gpu,gpu_milli\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"p{i},4000,1024,1,{(i % 2 == 0 ? 1000 : 500)}\n")) + "big,4000,1024,9,1000\n");
        var json = Result();

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "fgd", "--workload", tasks, "--profiles", nodes, "--seed", "42", "--json", json);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("refused: task 51 asks for 4000 cpu_milli, 1024 memory_mib, 9 × 1000 gpu_milli; no machine has that.", run.Errors);
        var result = Read(json);
        Assert.Equal(1, result.GetProperty("allocation_fraction").GetDouble(), 1e-9);
        Assert.Equal(0, result.GetProperty("fragmented_fraction").GetDouble(), 1e-9);
        Assert.True(result.GetProperty("allocation_percent_by_demand_percent").GetArrayLength() >= 129);
    }

    [Fact]
    public async Task Philly_WhenFileIsGood_RunsIt()
    {
        var trace = File("p.csv", "timestamp,duration,num_gpus,gpu_time,cluster\n2017-10-09 07:01:55,600,1,600,a\n2017-10-09 07:02:55,60,8,480,b\n");
        var json = Result();

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "philly", "--workload", trace, "--cluster", "gpu:1x8", "--policy", "fifo", "--round", "60", "--json", json);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Equal(2, Read(json).GetProperty("jobs").GetInt32());
        Assert.Equal("fifo", Read(json).GetProperty("policy").GetString());
    }

    [Fact]
    public async Task Philly_WithAllThatAPoolHas_TellsHowDeadlinesAndTenantsFared()
    {
        var trace = File("p.csv", "timestamp,duration,num_gpus\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{60 * i},600,{1 + (i % 4)}\n")));
        var tenants = File("t.yaml", "tenants:\n  - { name: a }\n  - { name: b, quota: { A: 6 } }\n");
        var json = Result();

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "philly", "--workload", trace, "--cluster", "A:4x4", "--round", "60", "--pipeline", "--tenants", tenants,
            "--deadlines", "0.5:2-4", "--spot-every", "1", "--mtbf", "50", "--json", json);

        Assert.Equal(ExitCodes.Success, run.Status);
        var result = Read(json);
        Assert.Equal(40, result.GetProperty("jobs").GetInt32());
        Assert.Equal(2, result.GetProperty("tenants").GetArrayLength());
        Assert.InRange(result.GetProperty("deadlines_met").GetInt32(), 1, result.GetProperty("deadlines").GetInt32() - result.GetProperty("deadlines_refused").GetInt32());
        Assert.Contains("deadlines met", run.Output);
    }

    [Fact]
    public async Task Philly_WhenAllJobsAreRefused_FailsAndWritesNullWhereThereIsNothingToMeasure()
    {
        var (trace, json) = (File("p.csv", "timestamp,duration,num_gpus\n0,600,9\n60,600,16\n"), Result());

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "philly", "--workload", trace, "--cluster", "gpu:1x8", "--policy", "fifo", "--json", json);

        Assert.Equal(ExitCodes.Failure, run.Status);
        var result = Read(json);
        Assert.Equal((0, 0, 2), (result.GetProperty("jobs").GetInt32(), result.GetProperty("unfinished_jobs").GetInt32(), result.GetProperty("refused_jobs").GetInt32()));
        Assert.All(
            new[] { "avg_jct_seconds", "p99_jct_seconds", "makespan_seconds", "worst_ftf", "unfair_fraction", "goodput_fraction", "restarts_per_job" },
            name => Assert.Equal(JsonValueKind.Null, result.GetProperty(name).ValueKind));
        Assert.DoesNotContain("NaN", System.IO.File.ReadAllText(json), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gavel_WhenAJobIsNotDone_NamesItAndWhyTheRunEnded()
    {
        var (trace, json) = (File("t.trace", GavelLine("A", 1_000_000_000, 1)), Result());
        var profiles = File("p.json", """{"v100": {"('A', 1)": {"null": 1}}}""");

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "gavel", "--workload", trace, "--profiles", profiles, "--cluster", "v100:1x1", "--round", "86400", "--json", json);

        Assert.Equal(ExitCodes.Failure, run.Status);
        Assert.Contains("not done: 1 of 1 jobs; the run ended because the virtual clock came to its limit, 315360000 s (10 years).", run.Errors);
        Assert.Contains("not done: job-1, which held 1: ", run.Errors);
        var left = Assert.Single(Read(json).GetProperty("unfinished").EnumerateArray());
        Assert.Equal("job-1", left.GetProperty("id").GetString());
        Assert.InRange(Read(json).GetProperty("utilisation").GetDouble(), 0.99, 1);
    }

    [Theory]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --prefer-cheap", "--prefer-cheap needs --pipeline")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --pipeline --policy default[PriorJobs=2]", "with --pipeline policies take no parameters")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --deadlines 2", "write FRACTION:LEAST-MOST")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --spot 2", "SpotFraction is 2; allowed 0 to 1")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --pipeline", "--pipeline does not go with --format fgd")]
    [InlineData("--format pollard --workload x", "--format is 'pollard'; allowed: pollux, sia, gavel, fgd, philly")]
    [InlineData("--format philly --workload nowhere.csv --cluster a:1x1", "nowhere.csv")]
    [InlineData("--format philly --workload bad.csv --cluster a:1x1", "bad.csv, line 2, column num_gpus: '0' is no whole number from 1 to 100000")]
    [InlineData("--format philly --workload good.csv --cluster a:0x1", "0 nodes; allowed 1 to 100000")]
    [InlineData("--format philly --workload good.csv", "--cluster is missing")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --policy magic", "policy is 'magic'; allowed: ")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --round 0", "RoundSeconds is 0; allowed 1 to 86400")]
    [InlineData("--format gavel --workload good.csv --cluster a:1x1", "--profiles is missing; it names the JSON of throughputs")]
    [InlineData("--format fgd --workload good.csv", "--profiles is missing; it names the list of machines")]
    public async Task RunAsync_WhenSomethingIsWrong_SaysWhatInOneLine(string line, string expected)
    {
        File("good.csv", "timestamp,duration,num_gpus\n5,60,1\n");
        File("bad.csv", "timestamp,duration,num_gpus\n5,60,0\n");

        var run = await OcRun.ExecuteAsync(
            ["sim", "cluster", .. line.Split(' ').Select(part => part.EndsWith(".csv", StringComparison.Ordinal) ? Path.Combine(_folder.Path, part) : part)]);

        run.AssertRefused(expected);
    }

    private static string GavelLine(string type, int steps, int scale) => $"{type}\tx\tw\t-n\t1\t{steps}\t{scale}\t1\t-1\t0\n";

    private static JsonElement Read(string json) => JsonDocument.Parse(System.IO.File.ReadAllText(json)).RootElement;

    private string Result() => Path.Combine(_folder.Path, "result.json");

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
