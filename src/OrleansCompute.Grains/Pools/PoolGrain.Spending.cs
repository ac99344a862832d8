using System.Globalization;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Grains.Pools;

/// <content>What jobs have used and spent. Between counts it is the time that leases are held; after a pause of the pool, what nodes metered.</content>
internal sealed partial class PoolGrain
{
    private bool _isRecounted;

    /// <summary>
    /// From an activation on, time counts from now: while the pool was away, for an hour of a server that was down or for a second between
    /// two silos, leases may have been at work or not. Which, the ledger knows.
    /// </summary>
    private void CountFromNow()
    {
        foreach (var job in State.Jobs)
        {
            job.CountedAt = clock.GetUtcNow();
        }
    }

    /// <summary>Once after an activation: jobs have used what their nodes metered, whatever this grain had counted.</summary>
    private async Task RecountAsync()
    {
        if (_isRecounted)
        {
            return;
        }

        _isRecounted = true;
        foreach (var jobs in State.Jobs.Where(job => job.HasStarted).GroupBy(job => job.Request.Tenant).ToList())
        {
            try
            {
                await RecountAsync(jobs.Key, [.. jobs]);
            }
            catch (Exception exception)
            {
                // What was counted before stands; budgets are then short of the pause, and invoices right all the same.
                LogNotRecounted(exception, Name, jobs.Key);
            }
        }
    }

    private async Task RecountAsync(string tenant, List<PooledJob> jobs)
    {
        var (now, used) = (clock.GetUtcNow().UtcDateTime, new Dictionary<string, (double Seconds, double Amount)>(StringComparer.Ordinal));
        var first = jobs.Min(job => job.Request.SubmittedAt).UtcDateTime;
        for (var month = new DateTime(first.Year, first.Month, 1, 0, 0, 0, DateTimeKind.Utc); month <= now; month = month.AddMonths(1))
        {
            var key = FabricKey.Of(tenant, month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
            foreach (var line in (await GrainFactory.GetGrain<IUsageGrain>(key).GetInvoice()).Lines)
            {
                var (seconds, amount) = used.GetValueOrDefault(line.Job);
                used[line.Job] = (seconds + (double)line.AcceleratorSeconds, amount + (double)line.Amount);
            }
        }

        foreach (var job in jobs)
        {
            // Metered in intervals of seconds: the last of them may not be written yet.
            var (seconds, amount) = used.GetValueOrDefault(job.Request.Job);
            job.AttainedAcceleratorSeconds = Math.Max(job.AttainedAcceleratorSeconds, seconds);
            job.Spent = Math.Max(job.Spent, amount);
        }
    }

    /// <summary>What a job that is known may ask differently; what arrives after something newer is of no account.</summary>
    private async Task AdjustAsync(PooledJob job, Contracts.Pools.JobRequest request)
    {
        if (request.SettingsVersion < job.Request.SettingsVersion)
        {
            return;
        }

        var changed = job.Request with { Budget = request.Budget, Priority = request.Priority, SettingsVersion = request.SettingsVersion };
        if (changed != job.Request)
        {
            job.Request = changed;
            await _journal.FlushAsync();
        }
    }
}
