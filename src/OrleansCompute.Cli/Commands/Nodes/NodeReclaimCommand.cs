using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>`oc node reclaim NODE --within TIME` and `oc node reclaim NODE --cancel`.</summary>
internal sealed class NodeReclaimCommand : ClientCommand
{
    private readonly Argument<string> _node = new("NODE") { Description = "Name of the node." };
    private readonly Option<string?> _within = new("--within") { Description = "Time from now at which it is gone: 90s, 2m, 1.5h, 1d; up to 30d.", HelpName = "TIME" };
    private readonly Option<bool> _cancel = new("--cancel") { Description = "It stays after all." };
    private readonly PoolOption _pool = new();

    public NodeReclaimCommand(CommandContext context)
        : base(context, "reclaim", "Tell that a node will be taken away: its jobs move before, and work that takes long avoids it.")
    {
        Command.Arguments.Add(_node);
        Command.Options.Add(_within);
        Command.Options.Add(_cancel);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var (name, pool) = (arguments.GetValue(_node)!, _pool.Value(arguments));
        var within = Within(arguments.GetValue(_within), arguments.GetValue(_cancel));

        // Asked before, as the policy may have moved all of it a moment later.
        var effects = within is null ? [] : await NodeExit.ExpectedAsync(client, name, pool, cancellationToken);
        var node = within is { } time
            ? await client.Nodes.ReclaimAsync(name, time, pool, cancellationToken) : await client.Nodes.CancelReclaimAsync(name, pool, cancellationToken);
        if (within is null)
        {
            Context.Line($"Node {node.Name} stays: it is {node.State}.");
            await WriteJsonAsync(arguments, node, cancellationToken);
        }
        else
        {
            var status = await client.Pools.GetAsync(pool, cancellationToken);
            Context.Line($"Node {node.Name} is taken away at {Tables.Time(node.ReclaimAt)} UTC; "
                + NodeExit.Begin(within.Value.TotalSeconds, status.ReclaimLeadSeconds));
            NodeExit.Lines(status, name, NodeExit.IsLater(within.Value.TotalSeconds, status.ReclaimLeadSeconds)).ForEach(Context.Line);
            if (NodeExit.Lines(effects) is { Count: > 0 } lines)
            {
                Context.Line("What would move, as things are now:");
                lines.ForEach(Context.Line);
            }

            await WriteJsonAsync(arguments, new { Node = node, Effects = effects }, cancellationToken);
        }

        return ExitCodes.Success;
    }

    internal static TimeSpan? Within(string? within, bool cancel)
    {
        if ((within is null) == !cancel)
        {
            throw new CommandException(cancel
                ? "--within and --cancel are both given; give one of them." : "Neither --within nor --cancel is given; for example --within 2m.");
        }

        return within is null ? null
            : KeyValues.Seconds("--within", within) is >= 0 and <= ReclaimNotice.MaxSeconds and var seconds ? TimeSpan.FromSeconds(seconds)
            : throw new CommandException($"--within is '{within}'; allowed: 0s to 30d.");
    }
}
