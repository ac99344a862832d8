using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Cli.Commands.Pools;

/// <summary>`oc pool show`.</summary>
internal sealed class PoolShowCommand : ClientCommand
{
    private readonly PoolOption _pool = new();

    public PoolShowCommand(CommandContext context)
        : base(context, "show", "Show a pool: nodes, running jobs, and the queue with the reason each job waits.") => _pool.AddTo(Command);

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var pool = await client.Pools.GetAsync(_pool.Value(arguments), cancellationToken);
        Context.Line(Summary(pool));
        var nodes = Tables.Create("NODE", "STATE", "ACCELERATOR", "KIND", ">GFLOP/S", "HELD BY");
        foreach (var node in pool.Nodes)
        {
            foreach (var slot in node.Accelerators)
            {
                nodes.Row(
                    node.Name,
                    node.State.ToString(),
                    slot.Accelerator.Name,
                    slot.Accelerator.Kind,
                    Tables.Number(slot.Accelerator.ScoreGflops, 1),
                    Tables.Holders(slot));
            }
        }

        Context.Output.Write(nodes);
        if (!pool.Running.IsDefaultOrEmpty)
        {
            var running = Tables.Create("RUNNING", ">HOLDS", ">MIN", ">MAX", ">ACCELERATOR-HOURS", "ENDS ABOUT (UTC)");
            foreach (var job in pool.Running)
            {
                running.Row(
                    $"{job.Request.Tenant}/{job.Request.Job}",
                    Tables.Amount(job.Leases.Length * job.Request.ComputeShareFraction),
                    Tables.Number(job.Request.MinAccelerators),
                    Tables.Number(job.Request.MaxAccelerators),
                    Tables.Number(job.AttainedAcceleratorSeconds / 3600, 2),
                    Tables.Time(job.ExpectedEnd));
            }

            Context.Output.Write(running);
        }

        foreach (var queued in pool.Queue)
        {
            Context.Line($"{queued.Request.Tenant}/{queued.Request.Job} {queued.Reason}"
                + (queued.ExpectedStart is { } start && !queued.Reason.Contains("expected to start", StringComparison.Ordinal) ? $" Expected to start at about {Tables.Time(start)} UTC{(queued.Reason.Contains("nobody knows", StringComparison.Ordinal) ? ", as others make room for it then" : "")}." : "") + Tables.AsOf(queued.ReasonAt));
        }

        if (pool.IsDeciding && !pool.Queue.IsDefaultOrEmpty)
        {
            Context.Line("Something changed since: the policy is being asked anew.");
        }

        await WriteJsonAsync(arguments, pool, cancellationToken);
        return ExitCodes.Success;
    }

    /// <summary>How much there is, in a sentence.</summary>
    internal static string Summary(PoolSnapshot pool)
    {
        var (nodes, running, waiting) = (pool.Nodes.Length, pool.Running.IsDefault ? 0 : pool.Running.Length, pool.Queue.Length);
        return $"Pool {pool.Name}, policy {pool.Policy}: {nodes} node{(nodes == 1 ? "" : "s")}, {running} {(running == 1 ? "job runs" : "jobs run")}, {waiting} {(waiting == 1 ? "waits" : "wait")}.";
    }
}
