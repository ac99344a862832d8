using System.Globalization;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>What becomes of the jobs on a node that is emptied.</summary>
internal static class NodeExit
{
    /// <summary>A line for each job that holds something there.</summary>
    public static List<string> Lines(PoolSnapshot pool, string node)
    {
        var running = pool.Running.IsDefault ? [] : pool.Running.ToDictionary(job => (job.Request.Tenant, job.Request.Job));
        var lines = new List<string>();
        foreach (var job in pool.Leases.Where(lease => lease.Node == node).GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            var (name, leases) = ($"{job.Key.Tenant}/{job.Key.Job}", job.Count() == 1 ? "1 lease" : $"{job.Count()} leases");
            var request = running.GetValueOrDefault(job.Key)?.Request;
            var late = $"what it still holds {Time(pool.YieldTimeoutSeconds)} after it was asked is taken";
            lines.Add($"  {name} " + request switch
            {
                { IsPreemptible: false } => $"may not be preempted: it keeps its {leases} until it ends (or `oc node remove {node} --force`).",
                { MinRunSeconds: > 0 } => $"keeps its {leases} until it has had them for {Time(request.MinRunSeconds)}; then it gives them back at its next step, and {late}.",
                _ => $"gives its {leases} back at its next step; {late}.",
            });
        }

        return lines;
    }

    /// <summary>A time with its unit.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 120 => $"{seconds.ToString("0.##", CultureInfo.InvariantCulture)} s",
        < 7_200 => $"{(seconds / 60).ToString("0.#", CultureInfo.InvariantCulture)} min",
        _ => $"{(seconds / 3_600).ToString("0.#", CultureInfo.InvariantCulture)} h",
    };
}
