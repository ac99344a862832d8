using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;
using OrleansCompute.Scheduling.Billing;

namespace OrleansCompute.Grains.Usage;

/// <inheritdoc cref="IUsageGrain"/>
internal sealed class UsageGrain(IUsageLedger ledger) : Grain, IUsageGrain
{
    public Task Record(ImmutableArray<UsageEntry> entries) => ledger.AppendUsageAsync(entries, CancellationToken.None);

    public async Task<Invoice> GetInvoice()
    {
        var (tenant, month) = FabricKey.Split(this.GetPrimaryKeyString());
        var plan = (await GrainFactory.GetGrain<ITenantGrain>(tenant).Get()).Plan;
        var totals = await ledger.ReadTotalsAsync(tenant, month, CancellationToken.None);
        var rated = TimeRating.Rate(
            totals.Select(total => new UsageSum(total.Job, total.HeldTicks, (decimal)total.ComputeShareFraction)), plan.PerAcceleratorHour);
        return new Invoice
        {
            Tenant = tenant,
            Month = month,
            Lines =
            [
                .. rated.Jobs.Select(job => new InvoiceLine
                {
                    Job = job.Job,
                    AcceleratorSeconds = job.AcceleratorSeconds,
                    Amount = job.Amount,
                    HeldSeconds = job.HeldSeconds,
                }),
            ],
            AcceleratorSeconds = rated.AcceleratorSeconds,
            Amount = rated.Amount,
            Currency = plan.Currency,
            HeldSeconds = rated.Jobs.Sum(job => job.HeldSeconds),
        };
    }
}
