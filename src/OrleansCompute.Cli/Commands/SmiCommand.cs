using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc smi`: accelerators and their load.</summary>
internal sealed class SmiCommand(CommandContext context) : ClientCommand(context, "smi", "Show accelerators, their load and who holds them.")
{
    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var pool = await client.Pools.GetAsync(cancellationToken: cancellationToken);
        var table = Tables.Create("NODE", "ACCELERATOR", "KIND", ">THREADS", ">COMPUTE SHARE", ">GFLOP/S", ">BUSY", "JOB");
        foreach (var node in pool.Nodes)
        {
            foreach (var slot in node.Accelerators)
            {
                table.Row(
                    node.Name,
                    slot.Accelerator.Name,
                    slot.Accelerator.Kind,
                    Tables.Number(slot.Accelerator.Threads),
                    Tables.Percent(slot.Accelerator.ComputeShareFraction),
                    Tables.Number(slot.Accelerator.ScoreGflops, 1),
                    node.State == NodeState.Ready ? Tables.Percent(slot.BusyFraction) : node.State.ToString(),
                    Tables.Holders(slot));
            }
        }

        Context.Output.Write(table);
        foreach (var queued in pool.Queue)
        {
            Context.Line($"{queued.Request.Tenant}/{queued.Request.Job} waits: {queued.Reason}");
        }

        await WriteJsonAsync(arguments, pool, cancellationToken);
        return ExitCodes.Success;
    }
}
