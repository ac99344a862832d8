using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc tenant show NAME`.</summary>
internal sealed class TenantShowCommand : ClientCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the tenant." };
    private readonly PoolOption _pool = new();

    public TenantShowCommand(CommandContext context)
        : base(context, "show", "Show a tenant: what it may hold and is promised, by kind, what it holds, and what it owes for this month.")
    {
        Command.Arguments.Add(_name);
        _pool.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var spec = await client.Tenants.GetAsync(arguments.GetValue(_name)!, cancellationToken);
        var pool = await TenantView.PoolAsync(client, _pool.Value(arguments), cancellationToken);
        var invoice = await client.Usage.GetInvoiceAsync(spec.Name, Context.Clock.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture), cancellationToken);
        Context.Line($"Tenant {spec.Name}{(spec.Parent.Length > 0 ? $", below {spec.Parent}" : "")}: weight {TenantView.Weight(spec)}, at most {spec.MaxAccelerators} "
            + $"accelerator{(spec.MaxAccelerators == 1 ? "" : "s")}{Of(spec.BorrowingLimit, "beyond its guarantees at most")}{Of(spec.LendingLimit, "lends of each guarantee at most")}.");
        if (pool is not null)
        {
            var (runs, waits) = (pool.Running.Count(job => job.Request.Tenant == spec.Name), pool.Queue.Count(job => job.Request.Tenant == spec.Name));
            Context.Line($"In pool {pool.Name} it holds {Tables.Number(TenantView.Held(pool, spec.Name), 2)} of {Kinds(pool).Values.Sum()} accelerators; {runs} of its jobs {(runs == 1 ? "runs" : "run")}, {waits} {(waits == 1 ? "waits" : "wait")}.");
        }

        var table = Tables.Create("KIND", ">HOLDS", ">QUOTA", ">GUARANTEED", ">POOL HAS");
        foreach (var row in Rows(spec, pool))
        {
            table.Row(row.Kind, pool is null ? TenantView.Nothing : Tables.Number(row.Holds, 2), TenantView.Count(row.Quota), TenantView.Count(row.Guaranteed), TenantView.Count(row.PoolHas));
        }

        Context.Output.Write(table);
        if (pool is not null)
        {
            TenantView.Notes(Context, spec, pool);
        }

        Context.Line($"{invoice.Month}: {Tables.Number((double)invoice.AcceleratorSeconds, 1)} accelerator seconds, {Tables.Number((double)invoice.Amount, 2)} {invoice.Currency}, "
            + $"at {spec.Plan.PerAcceleratorHour.ToString("0.####", CultureInfo.InvariantCulture)} for an accelerator hour; by job: oc usage --tenant {spec.Name}");
        await WriteJsonAsync(
            arguments,
            new
            {
                Spec = spec, HeldAccelerators = pool is null ? (double?)null : TenantView.Held(pool, spec.Name), Kinds = Rows(spec, pool), invoice.Month, invoice.AcceleratorSeconds, invoice.Amount,
                invoice.Currency,
            },
            cancellationToken);
        return ExitCodes.Success;
    }

    /// <summary>Kinds that the pool has or that the tenant has a limit of.</summary>
    internal static IReadOnlyList<Row> Rows(TenantSpec spec, PoolSnapshot? pool)
    {
        var kinds = pool is null ? [] : Kinds(pool);
        return
        [
            .. kinds.Keys.Union(spec.Quota.Keys).Union(spec.Guaranteed.Keys).Order(StringComparer.Ordinal).Select(kind => new Row(
                kind,
                pool is null ? 0 : TenantView.Held(pool, spec.Name, kind),
                spec.Quota.TryGetValue(kind, out var quota) ? quota : (int?)null,
                spec.Guaranteed.TryGetValue(kind, out var guaranteed) ? guaranteed : (int?)null,
                pool is null ? (int?)null : kinds.GetValueOrDefault(kind))),
        ];
    }

    /// <summary>A kind of accelerators; null where there is no limit, or who asks may not see the pool.</summary>
    internal sealed record Row(string Kind, double Holds, int? Quota, int? Guaranteed, int? PoolHas);

    private static Dictionary<string, int> Kinds(PoolSnapshot pool) => pool.Nodes.Where(node => node.State != NodeState.Lost).SelectMany(node => node.Accelerators)
        .CountBy(slot => slot.Accelerator.Kind).ToDictionary(StringComparer.Ordinal);

    private static string Of(int? limit, string what) => limit is { } count ? $", {what} {count}" : "";
}
