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
        var node = _isDraining
            ? await client.Nodes.DrainAsync(name, pool, cancellationToken)
            : await client.Nodes.UndrainAsync(name, pool, cancellationToken);
        var held = node.Accelerators.Sum(slot => slot.Leases.Length);
        Context.Line($"Node {node.Name} is {node.State}; {held} leases on it{(_isDraining && held > 0 ? " move at their jobs' next step" : "")}.");
        await WriteJsonAsync(arguments, node, cancellationToken);
        return ExitCodes.Success;
    }
}
