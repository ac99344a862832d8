using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>`oc node remove NODE`.</summary>
internal sealed class NodeRemoveCommand : ClientCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "Name of the node." };
    private readonly Option<bool> _force = new("--force") { Description = "Also where it takes work or holds leases: its jobs go on without them." };
    private readonly PoolOption _pool = new();

    public NodeRemoveCommand(CommandContext context)
        : base(context, "remove", "Forget a node that is drained or lost; started again, it joins again.")
    {
        Command.Arguments.Add(_node);
        Command.Options.Add(_force);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var node = arguments.GetValue(_node)!;
        var pool = await client.Nodes.RemoveAsync(node, arguments.GetValue(_force), _pool.Value(arguments), cancellationToken);
        Context.Line($"Node {node} is no longer in pool {pool.Name}, which has {(pool.Nodes.IsEmpty ? "none" : string.Join(", ", pool.Nodes.Select(left => left.Name)))} left.");
        await WriteJsonAsync(arguments, pool, cancellationToken);
        return ExitCodes.Success;
    }
}
