using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc tenant create NAME`.</summary>
internal sealed class TenantCreateCommand : ClientCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the tenant." };
    private readonly TenantLimits _limits = new();
    private readonly PoolOption _pool = new();

    public TenantCreateCommand(CommandContext context)
        : base(context, "create", "Create a tenant and give it an API key; an existing one gets a new key.")
    {
        Command.Arguments.Add(_name);
        _limits.AddTo(Command);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var spec = await client.Tenants.ConfigureAsync(
            _limits.Apply(arguments, new TenantSpec { Name = arguments.GetValue(_name)! }), cancellationToken);
        var key = await client.Tenants.IssueApiKeyAsync(spec.Name, cancellationToken);
        Context.Line($"Tenant {spec.Name} is ready. Its API key, shown only now:");
        Context.Line(key);
        await TenantView.NotesAsync(Context, client, spec, _pool.Value(arguments), cancellationToken);
        await WriteJsonAsync(arguments, new { Tenant = spec.Name, spec.MaxAccelerators, ApiKey = key }, cancellationToken);
        return ExitCodes.Success;
    }
}
