using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Scheduling.Billing;

namespace OrleansCompute.Grains.Tests.Usage;

[Collection(SharedFabricCollection.Name)]
public sealed class UsageGrainTests(SharedFabric shared)
{
    private static readonly DateTimeOffset Start = new(2031, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly FabricCluster _fabric = shared.Fabric;

    [Fact]
    public async Task Record_WhenRepeated_CountsOnce()
    {
        await TenantAsync("u-once", 3.6m);
        var usage = _fabric.Grains.GetGrain<IUsageGrain>("u-once/2031-05");
        var entries = new[] { Entry("u-once", 1, 0, 0, 100), Entry("u-once", 1, 1, 100, 250), Entry("u-once", 2, 0, 0, 50) };
        await usage.Record([.. entries]);
        await usage.Record([.. entries]);
        await usage.Record([entries[1]]);
        await _fabric.DeactivateAsync(usage);
        var invoice = await usage.GetInvoice();
        Assert.Equal(300m, invoice.AcceleratorSeconds);
        Assert.Equal(0.30m, invoice.Amount);
        Assert.Equal("EUR", invoice.Currency);
        Assert.Equal(("job", 300m), (Assert.Single(invoice.Lines).Job, invoice.Lines[0].AcceleratorSeconds));
    }

    [Fact]
    public async Task GetInvoice_OfAnyUsage_IsToTheCentWhatTheIntervalsCost()
    {
        await TenantAsync("u-any", 0.7m);
        var usage = _fabric.Grains.GetGrain<IUsageGrain>("u-any/2031-05");
        var random = new Random(11);
        for (var round = 0; round < 20; round++)
        {
            await usage.Record([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ =>
            {
                var from = random.Next(2_000_000);
                return Entry("u-any", random.Next(8), random.Next(30), from, from + random.Next(100_000)) with
                {
                    Job = $"job{random.Next(4)}", ComputeShareFraction = random.Next(1, 101) / 100.0,
                };
            })]);
            var intervals = await _fabric.Storage.Usage.ReadUsageAsync("u-any", "2031-05", CancellationToken.None);
            var slow = TimeRating.Rate(intervals.Select(entry => new UsageInterval(entry.Job, entry.From, entry.To, (decimal)entry.ComputeShareFraction)), 0.7m);
            var invoice = await usage.GetInvoice();
            Assert.Equal((slow.Amount, slow.AcceleratorSeconds), (invoice.Amount, invoice.AcceleratorSeconds));
            Assert.Equal(
                slow.Jobs.Select(job => (job.Job, job.AcceleratorSeconds, job.Amount, job.HeldSeconds)),
                invoice.Lines.Select(line => (line.Job, line.AcceleratorSeconds, line.Amount, line.HeldSeconds)));
        }
    }

    [Fact]
    public async Task GetInvoice_WhenNothingWasUsed_IsZero()
    {
        await TenantAsync("u-zero", 1);
        var invoice = await _fabric.Grains.GetGrain<IUsageGrain>("u-zero/2031-05").GetInvoice();
        Assert.Equal((0m, 0m), (invoice.AcceleratorSeconds, invoice.Amount));
        Assert.Empty(invoice.Lines);
    }

    [Fact]
    public async Task GetInvoice_WhenAnotherTenantUsed_DoesNotShowIt()
    {
        await TenantAsync("u-mine", 1);
        await TenantAsync("u-theirs", 1);
        await _fabric.Grains.GetGrain<IUsageGrain>("u-theirs/2031-05").Record([Entry("u-theirs", 9, 0, 0, 3600)]);
        Assert.Equal(0m, (await _fabric.Grains.GetGrain<IUsageGrain>("u-mine/2031-05").GetInvoice()).Amount);
    }

    [Fact]
    public async Task GetInvoice_WhenTenantIsUnknown_IsNotFound() =>
        await Assert.ThrowsAsync<FabricNotFoundException>(() => _fabric.Grains.GetGrain<IUsageGrain>("u-nobody/2031-05").GetInvoice());

    private static UsageEntry Entry(string tenant, long lease, int interval, int fromSeconds, int toSeconds) => new()
    {
        Pool = $"pool-{tenant}",
        LeaseId = lease,
        Interval = interval,
        Tenant = tenant,
        Job = "job",
        Node = "left",
        Accelerator = "cpu0",
        From = Start.AddSeconds(fromSeconds),
        To = Start.AddSeconds(toSeconds),
        ScoreGflops = 1,
    };

    private Task TenantAsync(string name, decimal price) => _fabric.Grains.GetGrain<ITenantGrain>(name)
        .Configure(new TenantSpec { Name = name, Plan = new PricePlan { PerAcceleratorHour = price } });
}
