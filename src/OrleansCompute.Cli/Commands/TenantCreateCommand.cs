using System.CommandLine;
using System.Net;
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
        : base(context, "create", "Create a tenant and give it an API key; an existing one gets a new key, and keeps the limits that are not given.")
    {
        Command.Arguments.Add(_name);
        _limits.AddTo(Command);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var name = arguments.GetValue(_name)!;

        // Before the server is asked anything: what is mistyped is said at once.
        var wanted = _limits.Apply(arguments, new TenantSpec { Name = name });
        var existing = await FindAsync(client, name, cancellationToken);
        var spec = await client.Tenants.ConfigureAsync(existing is null ? wanted : _limits.Apply(arguments, existing), cancellationToken);
        var key = await client.Tenants.IssueApiKeyAsync(spec.Name, cancellationToken);
        Context.Line(existing is null
            ? $"Tenant {spec.Name} is ready. Its API key, shown only now:" : $"Tenant {spec.Name} was there already: what was not given is as it was. Its new API key, shown only now:");
        Context.Line(key);
        await TenantView.NotesAsync(Context, client, spec, _pool.Value(arguments), cancellationToken);
        await WriteJsonAsync(arguments, new { Tenant = spec.Name, spec.MaxAccelerators, ApiKey = key }, cancellationToken);
        return ExitCodes.Success;
    }

    private static async Task<TenantSpec?> FindAsync(FabricClient client, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Tenants.GetAsync(name, cancellationToken);
        }
        catch (FabricApiException exception) when (exception.Status is HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
