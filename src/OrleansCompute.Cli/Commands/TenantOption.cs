using System.CommandLine;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands;

/// <summary>The tenant that a command is about.</summary>
internal sealed class TenantOption
{
    private readonly Option<string?> _tenant = new("--tenant")
    {
        Description = "The tenant. Default: the only one there is.",
        HelpName = "NAME",
    };

    public void AddTo(Command command) => command.Options.Add(_tenant);

    /// <summary>The tenant that was named, or the only one.</summary>
    /// <exception cref="CommandException">None is named and there is not exactly one.</exception>
    public async Task<string> ResolveAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_tenant) is { } named)
        {
            return named;
        }

        var tenants = await client.Tenants.ListAsync(cancellationToken);
        return tenants.Count == 1
            ? tenants[0].Name
            : throw new CommandException(
                tenants.Count == 0
                    ? "There is no tenant yet; create one with `oc tenant create NAME`."
                    : $"Name one of the {tenants.Count} tenants with --tenant: {string.Join(", ", tenants.Take(10).Select(tenant => tenant.Name))}.");
    }

    /// <summary>Tenant and job, where the job may be named as TENANT/JOB.</summary>
    /// <exception cref="CommandException">No tenant is named and there is not exactly one.</exception>
    public async Task<(string Tenant, string Job)> ResolveJobAsync(
        ParseResult arguments, string job, FabricClient client, CancellationToken cancellationToken)
    {
        var slash = job.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (await ResolveAsync(arguments, client, cancellationToken), job) : (job[..slash], job[(slash + 1)..]);
    }

    /// <summary>The tenant that was named, or all of them.</summary>
    public async Task<IReadOnlyList<string>> ResolveAllAsync(
        ParseResult arguments, FabricClient client, CancellationToken cancellationToken) =>
        arguments.GetValue(_tenant) is { } named
            ? [named]
            : [.. (await client.Tenants.ListAsync(cancellationToken)).Select(tenant => tenant.Name)];
}
