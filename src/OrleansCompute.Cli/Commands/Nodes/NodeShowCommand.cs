using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>`oc node show NODE`.</summary>
internal sealed class NodeShowCommand : ClientCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "Name of the node." };
    private readonly PoolOption _pool = new();

    public NodeShowCommand(CommandContext context)
        : base(context, "show", "Show a node: its machine, its accelerators, who holds them.")
    {
        Command.Arguments.Add(_node);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var (name, pool) = (arguments.GetValue(_node)!, _pool.Value(arguments));
        var nodes = await client.Nodes.ListAsync(pool, cancellationToken);
        var node = nodes.FirstOrDefault(known => known.Name == name)
            ?? throw new CommandException($"Pool {pool} has no node '{name}'; it has: {string.Join(", ", nodes.Select(known => known.Name))}.");
        Context.Line($"Node {node.Name} is {node.State}, run {node.Incarnation}.");
        Context.Line($"rack {NodeView.Rack(node)}, {NodeView.Cores(node)} {(node.Host?.CpuCores == 1 ? "core" : "cores")}, {NodeView.Memory(node)} of memory beside its accelerators");
        Context.Line($"{NodeView.Price(node)} for an accelerator hour, {NodeView.Watts(node)} watts each, taken away: {NodeView.Reclaim(node)}");
        var table = Tables.Create("ACCELERATOR", "KIND", ">THREADS", ">GFLOP/S", "MEASURED (UTC)", ">BUSY", "HELD BY");
        foreach (var slot in node.Accelerators)
        {
            table.Row(
                slot.Accelerator.Name, slot.Accelerator.Kind, Tables.Number(slot.Accelerator.Threads), Tables.Number(slot.Accelerator.ScoreGflops, 1),
                Tables.Time(slot.Accelerator.ScoreMeasuredAt),
                Tables.Percent(slot.BusyFraction), Tables.Holders(slot));
        }

        Context.Output.Write(table);
        await WriteJsonAsync(arguments, node, cancellationToken);
        return ExitCodes.Success;
    }
}
