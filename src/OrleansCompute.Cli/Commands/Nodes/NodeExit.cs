using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Cli.Commands.Nodes;

/// <summary>What becomes of the jobs on a node that is emptied.</summary>
internal static class NodeExit
{
    /// <summary>A line for each job that holds something there.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="isLater">Whether they are asked for it later, which was said before.</param>
    public static List<string> Lines(PoolSnapshot pool, string node, bool isLater = false)
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
                _ => $"{(isLater ? "then " : "")}gives its {leases} back at its next step; {late}.",
            });
        }

        return lines;
    }

    /// <summary>What the policy is expected to do with the jobs when the node takes no work; asked before, as it may have done it a moment later.</summary>
    public static async Task<ImmutableArray<WhatIfEffect>> ExpectedAsync(
        FabricClient client, string node, string pool, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.Pools.WhatIfAsync(new WhatIfQuestion { Drain = [node] }, pool, cancellationToken)).Effects;
        }
        catch (FabricApiException exception) when (exception.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.BadRequest)
        {
            // The node is not there, which draining it says in its own words.
            return [];
        }
    }

    /// <summary>A line for each job that something changes for.</summary>
    public static List<string> Lines(ImmutableArray<WhatIfEffect> effects) =>
    [
        .. effects.Where(effect => effect.Before != effect.After).Select(effect => $"  {effect.Job} {effect.Effect}: {effect.Before} → {effect.After}{Start(effect)}"),
    ];

    /// <summary>When a job starts, for the end of a sentence; empty for one that runs on, which has started.</summary>
    public static string Start(WhatIfEffect effect) => effect is { Effect: "starts" or "stops" or "waits", StartAfter: { } start }
        ? $"; expected to start{(effect.Effect == "stops" ? " again" : "")} at about {Tables.Time(start)} UTC" : "";

    /// <summary>When the jobs of a node that is taken away begin to move.</summary>
    /// <param name="within">Seconds until it is.</param>
    /// <param name="lead">How long before it its jobs are to move, seconds.</param>
    public static string Begin(double within, double lead) => IsLater(within, lead)
        ? $"its jobs begin to move {Time(lead)} before. Until then work that takes long avoids it."
        : $"its jobs begin to move now, as {Time(lead)} are planned for that: what is not done in time goes on from its last checkpoint.";

    /// <summary>Whether its jobs compute on there for some time before they begin to move.</summary>
    public static bool IsLater(double within, double lead) => within > lead;

    /// <summary>A time with its unit.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 120 => $"{seconds.ToString("0.##", CultureInfo.InvariantCulture)} s",
        < 7_200 => $"{(seconds / 60).ToString("0.#", CultureInfo.InvariantCulture)} min",
        _ => $"{(seconds / 3_600).ToString("0.#", CultureInfo.InvariantCulture)} h",
    };
}
