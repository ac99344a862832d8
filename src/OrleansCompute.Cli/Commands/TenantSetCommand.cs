using System.Collections.Immutable;
using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Tenants;

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
            + $"{Limits("quota", spec.Quota)}{Limits("guaranteed", spec.Guaranteed)}.");
        foreach (var note in CapacityNotes.OfTenant(spec, await client.Pools.GetAsync(_pool.Value(arguments), cancellationToken)))
        {
            Context.Line($"note: {note}");
        }

        await WriteJsonAsync(arguments, spec, cancellationToken);
        return ExitCodes.Success;
    }

    private static string Limits(string name, ImmutableDictionary<string, int> limits) => limits.Count == 0 ? "" :
        $", {name} {string.Join(", ", limits.OrderBy(limit => limit.Key, StringComparer.Ordinal).Select(limit => $"{limit.Value} × {limit.Key}"))}";
}
