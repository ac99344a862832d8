using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Dashboard.Data;

namespace OrleansCompute.Dashboard.Views;

/// <summary>What the overview puts first. Pure.</summary>
internal static class FrontPage
{
    /// <summary>Jobs that fit beside the accelerators without scrolling.</summary>
    public const int MaxJobs = 3;

    /// <summary>Alarms on the overview.</summary>
    public const int MaxAlarms = 12;

    /// <summary>Running jobs, then those that wait, then the newest that ended.</summary>
    public static IReadOnlyList<JobStatus> Jobs(IEnumerable<JobStatus> jobs) =>
        [.. jobs.OrderBy(Rank).ThenByDescending(job => job.FinishedAt ?? job.StartedAt ?? job.SubmittedAt).Take(MaxJobs)];

    /// <summary>The roll-out under way, else the newest.</summary>
    public static RolloutStatus? Rollout(IEnumerable<RolloutStatus> rollouts) =>
        rollouts.OrderBy(rollout => rollout.State == RolloutState.Running ? 0 : 1).ThenByDescending(rollout => rollout.StartedAt).FirstOrDefault();

    /// <summary>Alarms that last, newest first.</summary>
    public static IReadOnlyList<(string Tenant, Alarm Alarm)> ActiveAlarms(FabricSnapshot snapshot) =>
    [
        .. snapshot.Alarms
            .Where(probe => probe.Value is not null)
            .SelectMany(probe => probe.Value!.Newest.Where(alarm => alarm.ClearedAtSequence is null).Select(alarm => (probe.Tenant, alarm)))
            .OrderByDescending(item => item.alarm.RaisedAt)
            .Take(MaxAlarms),
    ];

    private static int Rank(JobStatus job) => job.State switch
    {
        JobState.Running => 0,
        JobState.Queued => 1,
        _ => 2,
    };
}
