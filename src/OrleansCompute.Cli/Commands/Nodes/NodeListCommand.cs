using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>`oc node list`.</summary>
internal sealed class NodeListCommand : ClientCommand
{
    private readonly PoolOption _pool = new();

    public NodeListCommand(CommandContext context)
        : base(context, "list", "List the nodes of a pool: what they have, what they cost, when they are taken away.") => _pool.AddTo(Command);

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var nodes = await client.Nodes.ListAsync(_pool.Value(arguments), cancellationToken);
        var table = Tables.Create("NODE", "STATE", "RACK", "ACCELERATORS", ">CORES", ">MEMORY", ">PRICE/H", ">WATTS", "TAKEN AWAY");
        foreach (var node in nodes)
        {
            table.Row(
                node.Name, node.State.ToString(), NodeView.Rack(node), NodeView.Accelerators(node), NodeView.Cores(node), NodeView.Memory(node), NodeView.Price(node),
                NodeView.Watts(node), NodeView.Reclaim(node));
        }

        Context.Output.Write(table);
        await WriteJsonAsync(arguments, nodes, cancellationToken);
        return ExitCodes.Success;
    }
}
