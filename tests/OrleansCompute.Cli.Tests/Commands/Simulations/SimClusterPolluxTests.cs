using System.Text.Json;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Commands.Simulations;

public sealed class SimClusterPolluxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SimClusterPolluxTests()
    {
        var application = Directory.CreateDirectory(Path.Combine(_folder.Path, "traces", "small")).FullName;
        foreach (var batch in (int[])[32, 128])
        {
            Write(Path.Combine(application, $"validation-{batch}.csv"), "progress,grad_sqr,grad_var", "1000,1,2", "2000,1,4");
        }

        Write(Path.Combine(application, "placements.csv"), "placement,local_bsz,step_time,sync_time", "1,32,0.1,0.0001", "1,64,0.15,0.0001", "2,32,0.12,0.01", "2,64,0.17,0.01");
        Write(Path.Combine(application, "scalability.csv"), "num_nodes,num_replicas,local_bsz,step_time,sync_time", "2,4,32,0.13,0.02", "2,4,64,0.18,0.02");
        Write(Path.Combine(_folder.Path, "workloads.csv"), "name,time,application,num_replicas,batch_size", "a,0,small,1,32", "b,60,small,1,31", "c,60,small,2,64");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pollux_WhenABatchWasNotValidated_RunsTheOthers()
    {
        var json = Path.Combine(_folder.Path, "result.json");

        var run = await RunAsync("cluster", "T4:1x2", "--json", json);

        Assert.Equal(ExitCodes.Success, run.Status);
        Assert.Contains("refused: workloads.csv, line 3, column batch_size: job 'b' is refused: '31' is outside of what 'small' was validated with, 32 to 128", run.Errors);
        var result = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal((2, 1), (result.GetProperty("jobs").GetInt32(), result.GetProperty("refused_jobs").GetInt32()));
    }

    [Fact]
    public async Task Pollux_OnTheTypeThatFilesWithoutOneWereMeasuredOn_IsQuiet()
    {
        Assert.DoesNotContain("note:", (await RunAsync("cluster", "T4:1x2")).Errors);
        Assert.Contains("note: H100: there is no placements-H100.csv of small", (await RunAsync("cluster", "H100:1x2")).Errors);
    }

    [Fact]
    public async Task Sweep_WhenABatchWasNotValidated_CountsTheRefusedAndDrawsNoneAfterThem()
    {
        var files = await RunAsync("sweep", "T4:1x2");
        Assert.Equal(ExitCodes.Success, files.Status);
        Assert.Contains("refused: 1 of 3 jobs of workloads.csv under fifo", files.Errors);

        var generated = await RunAsync("sweep", "T4:1x2", "--generate-jobs", "5");
        Assert.Equal(ExitCodes.Success, generated.Status);
        Assert.Contains("note: 1 of the jobs of workloads.csv cannot be run, and none is drawn after them; the first: workloads.csv, line 3", generated.Errors);
    }

    [Fact]
    public async Task Pollux_WhenAllJobsAreRefused_FailsAndDrawsNothingAfterThem()
    {
        Write(Path.Combine(_folder.Path, "workloads.csv"), "name,time,application,num_replicas,batch_size", "a,0,small,1,31");

        var run = await RunAsync("cluster", "T4:1x2");
        Assert.Equal(ExitCodes.Failure, run.Status);
        Assert.Contains("refused: workloads.csv, line 2, column batch_size: job 'a'", run.Errors);
        (await RunAsync("cluster", "T4:1x2", "--generate-jobs", "5")).AssertRefused("--generate-jobs has nothing to draw after", "workloads.csv, line 2");
    }

    private static void Write(string path, params string[] lines) => File.WriteAllLines(path, lines);

    private Task<OcRun> RunAsync(string command, string cluster, params string[] more) => OcRun.ExecuteAsync(
    [
        "sim", command, "--format", "pollux", "--workload", Path.Combine(_folder.Path, "workloads.csv"), "--profiles", Path.Combine(_folder.Path, "traces"),
        "--cluster", cluster, "--policy", "fifo", .. more,
    ]);
}
