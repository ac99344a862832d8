using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc tenant set NAME`.</summary>
internal sealed class TenantSetCommand : ClientCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the tenant." };
    private readonly TenantLimits _limits = new();
    private readonly PoolOption _pool = new();

    public TenantSetCommand(CommandContext context)
        : base(context, "set", "Change what a tenant may hold and is promised; what is not named stays.")
    {
        Command.Arguments.Add(_name);
        _limits.AddTo(Command);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var spec = _limits.Apply(arguments, await client.Tenants.GetAsync(arguments.GetValue(_name)!, cancellationToken));
        spec = await client.Tenants.ConfigureAsync(spec, cancellationToken);
        Context.Line($"Tenant {spec.Name}: {(spec.Parent.Length > 0 ? $"below {spec.Parent}, " : "")}weight {spec.Weight}, at most {spec.MaxAccelerators} accelerators"
            + $"{TenantView.Limits("quota", spec.Quota)}{TenantView.Limits("guaranteed", spec.Guaranteed)}.");
        await TenantView.NotesAsync(Context, client, spec, _pool.Value(arguments), cancellationToken);
        await WriteJsonAsync(arguments, spec, cancellationToken);
        return ExitCodes.Success;
    }
}
