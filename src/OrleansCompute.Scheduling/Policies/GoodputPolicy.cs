using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Our policy: elastic, over mixed types, without knowledge of lengths. Each round it raises the sum of weighted speeds,
/// Σ w·s(type, count), step by step, always where an accelerator adds most, until nothing is left or nothing gains.
/// <list type="bullet">
/// <item>Speed s is the job's goodput (under the best batch) over that of one accelerator. A change of what a job holds is discounted by
/// the restart it costs, so that small gains change nothing.</item>
/// <item>The weight is 1 / s(cluster / n), n being this job and those that come after it: a second of
/// its time at the speed it will have once those ahead are gone. For speeds k^p it is n^p, the weights of heSRPT (Berg et al. 2020),
/// which is optimal there for the mean; here each job's own speed-up stands in for k^p. An exponent below 1 moves it towards the sum of
/// speeds alone, which ends the last job soonest.</item>
/// <item>Lengths being unknown, jobs are ordered by Gittins' index: the chance to finish per further second of service, by the service
/// that each has had and what jobs of this pool needed that are done (<see cref="ServiceHistory"/>); among equals, who came first.
/// In the clairvoyant track only, where <see cref="JobSnapshot.KnownRemainingSeconds"/> is set, by what is left.</item>
/// </list>
/// A job of higher priority is served before all of lower. Not thread-safe only in so far as the jobs' goodput models are not.
/// </summary>
public sealed class GoodputPolicy : ISchedulingPolicy
{
    private readonly GoodputPolicyOptions _options;

    /// <summary>Makes the policy.</summary>
    /// <param name="options">Its parameters; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GoodputPolicy(GoodputPolicyOptions? options = null)
    {
        _options = options ?? new GoodputPolicyOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => "goodput";

    /// <inheritdoc/>
    public bool IsElastic => true;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        var menus = new JobMenu[jobs.Count];
        var left = cluster.AcceleratorsPerType.ToArray();
        var behind = ServiceRanks.Behind(Ranks(cluster, jobs));
        for (var job = 0; job < menus.Length; job++)
        {
            menus[job] = new JobMenu(cluster, jobs[job], _options, nowSeconds);
            var ahead = menus[job].SpeedWith(1 / (behind[job] + 1));
            menus[job].Weight = jobs[job].Weight * Math.Pow(ahead, -_options.OrderExponent);
            if (menus[job].IsPinned)
            {
                menus[job].Pin(left);
            }
        }

        Fill(jobs, menus, left);
        return JobBatch.Settle(cluster, jobs, GoodputPlacement.Place(cluster, jobs, menus, behind));
    }

    // Less is first; one is a factor of ServiceFactor in the index, or in what is left where lengths are known.
    private double[] Ranks(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs)
    {
        var ranks = new double[jobs.Count];
        for (var job = 0; job < ranks.Length; job++)
        {
            ranks[job] = ServiceHistory.ServiceOf(cluster, jobs[job]);
        }

        var forecast = new ServiceForecast(cluster.History, ranks, _options.PriorJobs, _options.PriorExponent);
        for (var job = 0; job < ranks.Length; job++)
        {
            var index = jobs[job].KnownRemainingSeconds is { } seconds
                ? 1 / (Math.Max(1, seconds) * jobs[job].RequestedAccelerators)
                : forecast.Index(ranks[job]);
            ranks[job] = -Math.Log(index * jobs[job].Weight) / Math.Log(_options.ServiceFactor);
        }

        return ranks;
    }

    private static void Fill(IReadOnlyList<JobSnapshot> jobs, JobMenu[] menus, int[] left)
    {
        var steps = new PriorityQueue<int, (int, double, int)>(menus.Length);
        for (var job = 0; job < menus.Length; job++)
        {
            Push(job);
        }

        while (steps.TryDequeue(out var job, out _))
        {
            if (menus[job].Fits(left))
            {
                menus[job].Advance(left);
            }

            Push(job);
        }

        void Push(int job)
        {
            if (!menus[job].IsPinned && menus[job].FindNext(left) is var worth and > 0)
            {
                steps.Enqueue(job, (-jobs[job].Priority, -worth, job));
            }
        }
    }
}
