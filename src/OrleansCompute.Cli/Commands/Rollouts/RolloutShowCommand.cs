using System.CommandLine;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands.Rollouts;

/// <summary>`oc rollout show NAME`.</summary>
internal sealed class RolloutShowCommand : ClientCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the roll-out." };
    private readonly TenantOption _tenant = new();

    public RolloutShowCommand(CommandContext context)
        : base(context, "show", "Show a roll-out.")
    {
        Command.Arguments.Add(_name);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenant = await _tenant.ResolveAsync(arguments, client, cancellationToken);
        var status = await client.Rollouts.GetAsync(tenant, arguments.GetValue(_name)!, cancellationToken);
        RolloutView.Write(Context, status);
        await WriteJsonAsync(arguments, status, cancellationToken);
        return ExitCodes.Success;
    }
}
