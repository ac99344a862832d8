using System.Collections.Immutable;
using System.CommandLine;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
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
        foreach (var note in Notes(spec, await client.Pools.GetAsync(_pool.Value(arguments), cancellationToken)))
        {
            Context.Line(note);
        }

        await WriteJsonAsync(arguments, spec, cancellationToken);
        return ExitCodes.Success;
    }

    /// <summary>Limits above what a pool has: nodes come and go, so they are no errors, but they may be slips of the pen.</summary>
    internal static IEnumerable<string> Notes(TenantSpec spec, PoolSnapshot pool)
    {
        var kinds = pool.Nodes.Where(node => node.State != NodeState.Lost).SelectMany(node => node.Accelerators).CountBy(slot => slot.Accelerator.Kind)
            .ToDictionary(StringComparer.Ordinal);
        foreach (var (kind, count) in spec.Quota.Where(limit => limit.Value > kinds.GetValueOrDefault(limit.Key)).OrderBy(limit => limit.Key, StringComparer.Ordinal))
        {
            yield return $"note: its quota is {count} × {kind}; pool {pool.Name} has {kinds.GetValueOrDefault(kind)} at present, so that it limits nothing.";
        }

        foreach (var (kind, count) in spec.Guaranteed.Where(limit => limit.Value > kinds.GetValueOrDefault(limit.Key)).OrderBy(limit => limit.Key, StringComparer.Ordinal))
        {
            yield return $"note: it is guaranteed {count} × {kind}; pool {pool.Name} has {kinds.GetValueOrDefault(kind)} at present, and more cannot be kept.";
        }
    }

    private static string Limits(string name, ImmutableDictionary<string, int> limits) => limits.Count == 0 ? "" :
        $", {name} {string.Join(", ", limits.OrderBy(limit => limit.Key, StringComparer.Ordinal).Select(limit => $"{limit.Value} × {limit.Key}"))}";
}
