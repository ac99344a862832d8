using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>`oc node drain NODE` and `oc node undrain NODE`.</summary>
internal sealed class NodeDrainCommand : ClientCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "Name of the node." };
    private readonly PoolOption _pool = new();
    private readonly bool _isDraining;

    public NodeDrainCommand(CommandContext context, bool isDraining)
        : base(
            context,
            isDraining ? "drain" : "undrain",
            isDraining ? "Empty a node: it gets no new work, and what runs there moves." : "Let a drained node take work again.")
    {
        _isDraining = isDraining;
        Command.Arguments.Add(_node);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var (name, pool) = (arguments.GetValue(_node)!, _pool.Value(arguments));
        if (!_isDraining)
        {
            var ready = await client.Nodes.UndrainAsync(name, pool, cancellationToken);
            Context.Line($"Node {ready.Name} is {ready.State}.");
            await WriteJsonAsync(arguments, ready, cancellationToken);
            return ExitCodes.Success;
        }

        // Asked before, as the policy may have moved all of it a moment later.
        var effects = await NodeExit.ExpectedAsync(client, name, pool, cancellationToken);
        var node = await client.Nodes.DrainAsync(name, pool, cancellationToken);
        var lines = NodeExit.Lines(await client.Pools.GetAsync(pool, cancellationToken), name);
        Context.Line($"Node {node.Name} is {node.State}: it gets no new work. {(lines.Count == 0 ? "Nothing runs on it." : "What runs on it:")}");
        lines.ForEach(Context.Line);
        NodeExit.Lines(effects).ForEach(Context.Line);

        await WriteJsonAsync(arguments, new { Node = node, Effects = effects }, cancellationToken);
        return ExitCodes.Success;
    }
}
