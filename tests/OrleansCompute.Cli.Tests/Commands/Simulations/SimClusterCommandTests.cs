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
        var tasks = File("t.csv", "name,cpu_milli,memory_mib,num_gpu,gpu_milli\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"p{i},4000,1024,1,{(i % 2 == 0 ? 1000 : 500)}\n")) + "big,4000,1024,9,1000\nparts,1,1,2,500\n");
        var json = Result();

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "fgd", "--workload", tasks, "--profiles", nodes, "--seed", "42", "--json", json);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("refused: t.csv, line 52: task 'big' asks for 4000 cpu_milli, 1024 memory_mib, 9 × 1000 gpu_milli; no machine has that.", run.Errors);
        Assert.Contains("refused: t.csv, line 53, column gpu_milli: task 'parts' is refused: num_gpu is 2 with gpu_milli 500", run.Errors);
        var result = Read(json);
        Assert.Equal(1, result.GetProperty("allocation_fraction").GetDouble(), 1e-9);
        Assert.Equal(0, result.GetProperty("fragmented_fraction").GetDouble(), 1e-9);
        Assert.True(result.GetProperty("allocation_percent_by_demand_percent").GetArrayLength() >= 129);
    }

    [Fact]
    public async Task Fgd_WithReportAndTrace_WritesCurvesAndWhereEachTaskWent()
    {
        var nodes = File("n.csv", "sn,cpu_milli,memory_mib,gpu,model\nn0,32000,65536,2,T4\n");
        var tasks = File("t.csv", "name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,1000,10,1,600\nb,1000,10,1,600\nc,1000,10,1,600\nbig,4000,1024,9,1000\n");
        var (html, trace) = (Path.Combine(_folder.Path, "report.html"), Path.Combine(_folder.Path, "trace.jsonl"));

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "fgd", "--workload", tasks, "--profiles", nodes, "--demand", "0.9", "--round", "60", "--html", html, "--trace", trace);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("note: --round makes no difference with --format fgd", run.Errors);
        var page = System.IO.File.ReadAllText(html);
        Assert.Contains("Allocation and fragmentation by demand", page, StringComparison.Ordinal);
        Assert.Contains("line 5: task &#39;big&#39; asks for", page, StringComparison.Ordinal);
        var lines = System.IO.File.ReadAllLines(trace).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["a", "b", "c"], lines.Select(line => line.GetProperty("task").GetString()).Order());
        Assert.Equal(["n0", "n0", null], lines.Select(line => line.GetProperty("node").GetString()));
        Assert.Equal(0.6, lines[^1].GetProperty("allocation_fraction").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Gavel_WithRestart_MakesEveryStartCostThat()
    {
        var (trace, json) = (File("t.trace", GavelLine("A", 3_600, 1)), Result());
        var profiles = File("p.json", """{"v100": {"('A', 1)": {"null": 1}}}""");
        var seconds = new List<double>();

        foreach (var restart in new[] { "0", "50" })
        {
            await OcRun.ExecuteAsync(
                "sim", "cluster", "--format", "gavel", "--workload", trace, "--profiles", profiles, "--cluster", "v100:1x1", "--restart", restart, "--json", json);
            seconds.Add(Read(json).GetProperty("avg_jct_seconds").GetDouble());
            Assert.Equal(restart, Read(json).GetProperty("restart_seconds").GetRawText());
        }

        Assert.Equal([3_960.0, 4_010.0], seconds);
    }

    [Fact]
    public async Task Philly_WhenTimesGoBack_SaysSoAndTakesThemInOrder()
    {
        var trace = File("p.csv", "timestamp,duration,num_gpus\n600,60,1\n0,60,1\n300,60,1\n");
        var (json, html) = (Result(), Path.Combine(_folder.Path, "report.html"));

        var run = await OcRun.ExecuteAsync(
            "sim", "cluster", "--format", "philly", "--workload", trace, "--cluster", "gpu:1x8", "--policy", "fifo", "--json", json, "--html", html);

        Assert.Equal(ExitCodes.Success, run.Status);
        const string Note = "p.csv: timestamps go back on 1 line, first on line 3; jobs are submitted in the order of time, not of lines.";
        Assert.Contains("note: " + Note, run.Errors);
        Assert.Equal([Note], Read(json).GetProperty("notes").EnumerateArray().Select(note => note.GetString()));
        Assert.Contains(Note, System.IO.File.ReadAllText(html), StringComparison.Ordinal);
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
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --spot 2", "--spot is 2; allowed 0 to 1")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --spot 0.5", "--spot needs --spot-every, without which it makes no difference")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --spot-notice 5", "--spot-notice needs --spot-every")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --spot-away 5", "--spot-away needs --spot-every")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --repair 5", "--repair needs --mtbf")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --rack 2 --rack-oversubscription 2", "--rack-oversubscription needs --network")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --network 1 --rack-oversubscription 2", "--rack-oversubscription needs --rack, ")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --pipeline", "--pipeline does not go with --format fgd")]
    [InlineData("--format pollard --workload x", "--format is 'pollard'; allowed: pollux, sia, gavel, fgd, philly")]
    [InlineData("--format philly --workload nowhere.csv --cluster a:1x1", "nowhere.csv")]
    [InlineData("--format philly --workload bad.csv --cluster a:1x1", "bad.csv, line 2, column num_gpus: '0' is no whole number from 1 to 100000")]
    [InlineData("--format philly --workload good.csv --cluster a:0x1", "0 nodes; allowed 1 to 100000")]
    [InlineData("--format philly --workload good.csv", "--cluster is missing")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --policy magic", "--policy is 'magic'; allowed: bestfit, default, drf, fgd, fifo, ftf, goodput, las, mixed, tiresias.")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --round 0", "--round is 0; allowed 1 to 86400 seconds")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --mtbf 0.001", "--mtbf is 0.001; allowed 0.1 to 1000000000 hours")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --mtbf=-1", "--mtbf is -1; allowed 0.1")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --generate-jobs 0", "--generate-jobs is 0; allowed 1 or more")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --generate-jobs 5 --demand NaN", "--demand is NaN; allowed above 0, up to 100")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --demand 2", "--demand goes with --format philly only where --generate-jobs is given")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --profiles good.csv", "--profiles does not go with --format philly; it goes with pollux, sia, gavel, fgd.")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --cap-gangs", "--cap-gangs does not go with --format philly; it goes with pollux, sia.")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --knowledge PerJob", "--knowledge PerJob does not go with --format philly; it goes with pollux, sia.")]
    [InlineData("--format gavel --workload good.csv --cluster a:1x1 --knowledge PerPool", "--knowledge PerPool does not go with --format gavel; it goes with pollux, sia.")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --rack=-1", "--rack is -1; allowed 0 (no racks) or more")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --policy onetype", "--policy is 'onetype'; allowed: bestfit, default")]
    [InlineData("--format pollux --workload good.csv --cluster a:1x1 --demand 2", "--demand does not go with --format pollux; it goes with philly, fgd.")]
    [InlineData("--format pollux --workload good.csv --cluster a:1x1 --policy magic", "--policy is 'magic'; allowed with --format pollux: bestfit, default, drf, fgd, fifo, ftf, goodput, las, mixed, tiresias, onetype.")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --cluster a:1x1", "--cluster does not go with --format fgd; it goes with pollux, sia, gavel, philly.")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --mtbf 5", "--mtbf does not go with --format fgd")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --start-between-rounds", "--start-between-rounds does not go with --format fgd")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --interference 0.1", "--interference does not go with --format fgd")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --restart 5", "--restart does not go with --format fgd")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --generate-jobs 5", "--generate-jobs does not go with --format fgd")]
    [InlineData("--format fgd --workload good.csv --profiles good.csv --policy tiresias", "--policy is 'tiresias'; allowed with --format fgd: default, fgd, bestfit, gpupacking, gpuclustering, dotproduct, random.")]
    [InlineData("--format philly --workload good.csv --cluster a:1x1 --html nowhere/r.html", "--html is '")]
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
