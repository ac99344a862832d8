using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc tenant list`.</summary>
internal sealed class TenantListCommand : ClientCommand
{
    // Each invoice is computed from a month of the ledger.
    private const int MaxAtOnce = 8;
    private readonly PoolOption _pool = new();

    public TenantListCommand(CommandContext context)
        : base(context, "list", "List the tenants: what they may hold and are promised, what they hold, and what they owe for this month.") => _pool.AddTo(Command);

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenants = await client.Tenants.ListAsync(cancellationToken);
        var pool = await client.Pools.GetAsync(_pool.Value(arguments), cancellationToken);
        var month = Context.Clock.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var invoices = new Invoice[tenants.Count];
        await Parallel.ForAsync(
            0, tenants.Count, new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (i, token) => invoices[i] = await client.Usage.GetInvoiceAsync(tenants[i].Name, month, token));
        if (tenants.Count == 0)
        {
            Context.Line("There is no tenant yet; create one with `oc tenant create NAME`.");
        }
        else
        {
            var table = Tables.Create("TENANT", "BELOW", ">WEIGHT", ">HOLDS", ">MAX", "QUOTA", "GUARANTEED", ">BORROWS", ">LENDS", $">{month}");
            foreach (var (spec, invoice) in tenants.Zip(invoices))
            {
                table.Row(
                    spec.Name, TenantView.Parent(spec), TenantView.Weight(spec), Tables.Number(TenantView.Held(pool, spec.Name), 2), Tables.Number(spec.MaxAccelerators),
                    TenantView.Limits(spec.Quota), TenantView.Limits(spec.Guaranteed), TenantView.Count(spec.BorrowingLimit), TenantView.Count(spec.LendingLimit),
                    $"{Tables.Number((double)invoice.Amount, 2)} {invoice.Currency}");
            }

            Context.Output.Write(table);
        }

        await WriteJsonAsync(
            arguments,
            tenants.Zip(invoices).Select(entry => new
            {
                Spec = entry.First, HeldAccelerators = TenantView.Held(pool, entry.First.Name), Month = month, entry.Second.AcceleratorSeconds, entry.Second.Amount, entry.Second.Currency,
            }).ToList(),
            cancellationToken);
        return ExitCodes.Success;
    }
}
