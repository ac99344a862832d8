using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.EndToEnd.Running;
using OrleansCompute.TestKit;

namespace OrleansCompute.EndToEnd;

/// <summary>
/// The promise: a job survives the loss of any worker or of the server. A server is one process with the pool, the job and its nodes: after
/// kill -9 all of them begin anew from what is stored, with all the nodes or without one that had worked for the job.
/// </summary>
public sealed class PoolDurabilityTests : IDisposable
{
    private const int Epochs = 300;
    private const string Job = "survivor";

    // For slow machines; nothing depends on it.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private readonly TemporaryFolder folder = new();
    private readonly HashSet<long> seen = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("left", "right")]
    [InlineData("right")]
    public async Task Train_WhenTheServerIsKilled_TheJobGoesOnWithTheNodesThatComeBackAndFinishes(params string[] back)
    {
        long last;
        long steps;
        await using (var server = await OcServer.StartAsync(folder["data"], "--node", "left=0.9", "--node", "right=0.4"))
        {
            await server.RunAsync("tenant", "create", "acme");
            var (images, labels) = TinyDataset.Write(folder["files"]);
            await server.RunAsync("dataset", "add", "halves", "--images", images, "--labels", labels);
            await File.WriteAllTextAsync(
                folder["job.yaml"],
                TinyDataset.Job("acme", Job, epochs: Epochs, batchSize: 8, more: "resources: { minAccelerators: 1, maxAccelerators: 2 }"));
            await server.RunAsync("job", "submit", folder["job.yaml"]);
            using var api = server.Api();
            await Poll.UntilAsync("the job trains on both nodes", () => LookAsync(api), look => look.Pool.Leases.Length == 2, Limit);
            var look = await Poll.UntilAsync(
                "a checkpoint, with steps beyond the second epoch",
                () => LookAsync(api),
                look => look.Job.Progress is { Epoch: > 2 } && look.Job.Events.Any(entry => entry.Text.StartsWith("Checkpoint", StringComparison.Ordinal)),
                Limit);
            await server.Process.KillAsync();
            Assert.Equal(JobState.Running, look.Job.State);
            (last, steps) = (seen.Max(), look.Job.Progress!.Step);
        }

        await using (var server = await OcServer.StartAsync(folder["data"], [.. back.SelectMany(node => new[] { "--node", $"{node}=0.9" })]))
        {
            using var api = server.Api();
            var again = await Poll.UntilAsync(
                "the job holds new leases", () => LookAsync(api), look => look.Pool.Leases.Any(lease => lease.Id > last) || HasEnded(look.Job), Limit);

            // Fenced: what was given before is void, and its numbers are not given again.
            Assert.All(again.Pool.Leases, lease => Assert.True(lease.Id > last, $"lease {lease.Id} of the time before the kill is in force"));
            Assert.All(again.Pool.Leases, lease => Assert.Contains(lease.Node, back));
            var end = (await Poll.UntilAsync("the job ends", () => LookAsync(api), look => HasEnded(look.Job), Limit)).Job;

            Assert.True(end.State == JobState.Succeeded, end.Reason);
            Assert.NotNull(end.Progress);
            Assert.True(end.Generation > 1 && end.Progress.Step > steps, $"generation {end.Generation}, step {end.Progress.Step} after {steps}");
            Assert.Equal((long)TinyDataset.Count * Epochs, end.Progress.SamplesDone);
            Assert.InRange(end.Result!.Accuracy ?? 0, 0.9, 1);
            Assert.Single(await api.Models.GetVersionsAsync("acme", "halves"));
            await Poll.UntilAsync("everything is given back", () => LookAsync(api), look => look.Pool.Leases.IsEmpty && look.Pool.Queue.IsEmpty, Limit);
        }
    }

    private static bool HasEnded(JobStatus job) => job.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    /// <summary>The job and the pool; fails where an accelerator is leased twice.</summary>
    private async Task<(JobStatus Job, PoolSnapshot Pool)> LookAsync(FabricClient api)
    {
        var (job, pool) = (await api.Jobs.GetAsync("acme", Job), await api.Pools.GetAsync());
        seen.UnionWith(pool.Leases.Select(lease => lease.Id));
        Assert.Equal(pool.Leases.Length, pool.Leases.Select(lease => (lease.Node, lease.Accelerator)).Distinct().Count());
        Assert.All(pool.Nodes.SelectMany(node => node.Accelerators), slot => Assert.True(slot.Leases.Length <= 1, $"{slot.Leases.Length} leases on one accelerator"));
        return (job, pool);
    }
}
