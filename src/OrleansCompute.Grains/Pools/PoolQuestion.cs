using System.Collections.Immutable;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <summary>What a pool asks its policy in one round. Holds nothing that the grain changes, so that it can be answered off its turn.</summary>
internal sealed class PoolQuestion
{
    private readonly PoolOptions _options;

    // Jobs that are looked for, and where those are.
    private readonly IReadOnlySet<string>? _wanted;
    private readonly IReadOnlyList<int> _places = [];

    /// <param name="state">The pool; counted up to now.</param>
    /// <param name="tenants">Quotas and shares.</param>
    /// <param name="profiles">What was learned of jobs, by id.</param>
    /// <param name="yielding">Leases that their jobs were asked to give back: they hold them, but not for long.</param>
    /// <param name="policy">Who is asked.</param>
    /// <param name="options">How.</param>
    /// <param name="now">The time.</param>
    /// <param name="pricePerAcceleratorHour">What tenants pay for an accelerator at least, whatever it costs the operator.</param>
    /// <param name="isAtBest">Whether jobs that never ran count as fast as they could possibly be, not as fast as is expected: for refusals.</param>
    public PoolQuestion(
        PoolGrainState state,
        TenantTree tenants,
        IReadOnlyDictionary<string, JobProfile> profiles,
        IReadOnlySet<long> yielding,
        ISchedulingPolicy policy,
        PoolOptions options,
        DateTimeOffset now,
        double pricePerAcceleratorHour = 0,
        bool isAtBest = false)
    {
        _options = options;
        Layout = new PoolLayout(state, pricePerAcceleratorHour, now + PoolPolicies.ReclaimLead(options));
        Cluster = new ClusterSnapshot(Layout.Nodes, tenants.WithPastUse(state.Memory.UsesAt(ToSeconds(now))), state.Memory.ToHistory());
        Lengths = state.Memory.ToLengths();
        NowSeconds = ToSeconds(now);
        Policy = policy;
        var held = state.Leases.Where(lease => !yielding.Contains(lease.Id)).ToLookup(lease => IdOf(lease.Tenant, lease.Job), StringComparer.Ordinal);
        Jobs =
        [
            .. state.Jobs.Select(job => ToSnapshot(
                job, Layout.ToAllocation(held[IdOf(job.Request)]), profiles.GetValueOrDefault(IdOf(job.Request)), policy.IsElastic, options, isAtBest)),
        ];
        Names = TenantEyes.NamesOf(Cluster.Tenants, Jobs.Select(job => job.Tenant));
    }

    // The same pool when some of its jobs have changed.
    private PoolQuestion(PoolQuestion before, IReadOnlySet<string> changed, IEnumerable<JobNow> present, DateTimeOffset now, IReadOnlySet<string>? wanted)
    {
        (_options, Layout, Cluster, Lengths, Policy, NowSeconds) = (before._options, before.Layout, before.Cluster, before.Lengths, before.Policy, ToSeconds(now));
        var news = present.ToDictionary(
            job => IdOf(job.Job.Request), job => ToSnapshot(job.Job, Layout.ToAllocation(job.Leases), job.Profile, Policy.IsElastic, _options, isAtBest: false),
            StringComparer.Ordinal);
        Names = news.Values.All(job => before.Names.Contains(job.Tenant)) ? before.Names
            : before.Names.Concat(news.Values.Select(job => job.Tenant)).ToHashSet(StringComparer.Ordinal);

        // Each id is looked up once, for both: that is most of what this costs.
        var (jobs, places) = (new List<JobSnapshot>(before.Jobs.Length + news.Count), new List<int>());
        var named = wanted is null ? changed : changed.Union(wanted).ToHashSet(StringComparer.Ordinal);
        foreach (var job in before.Jobs)
        {
            if (!named.Contains(job.Id))
            {
                jobs.Add(job);
                continue;
            }

            var snapshot = job;
            if (!changed.Contains(job.Id) || news.Remove(job.Id, out snapshot))
            {
                AddPlace(job.Id, jobs.Count);
                jobs.Add(snapshot);
            }
        }

        foreach (var job in news.Values.OrderBy(job => job.SubmitSeconds))
        {
            // From the end: nearly all that come are the last.
            var index = jobs.Count;
            while (index > 0 && jobs[index - 1].SubmitSeconds > job.SubmitSeconds)
            {
                index--;
            }

            jobs.Insert(index, job);
            for (var place = 0; place < places.Count && index < jobs.Count - 1; place++)
            {
                places[place] += places[place] >= index ? 1 : 0;
            }

            AddPlace(job.Id, index);
        }

        Jobs = [.. jobs];
        (_wanted, _places) = (wanted, places);

        void AddPlace(string id, int index)
        {
            if (wanted?.Contains(id) == true)
            {
                places.Add(index);
            }
        }
    }

    // The same question, to be put to a policy of its own.
    private PoolQuestion(PoolQuestion other)
    {
        (_options, Layout, Cluster, Lengths, NowSeconds, Jobs) = (other._options, other.Layout, other.Cluster, other.Lengths, other.NowSeconds, other.Jobs);
        (Names, Policy) = (other.Names, PoolPolicies.Create(_options, Lengths));
    }

    public PoolLayout Layout { get; }

    public ClusterSnapshot Cluster { get; }

    /// <summary>How long jobs take, by those that are done.</summary>
    public JobLengths Lengths { get; }

    public ImmutableArray<JobSnapshot> Jobs { get; }

    /// <summary>Tenants that a reason may name.</summary>
    public IReadOnlySet<string> Names { get; }

    public double NowSeconds { get; }

    /// <summary>How long before an announced reclaim a node is emptied.</summary>
    public TimeSpan ReclaimLead => PoolPolicies.ReclaimLead(_options);

    public ISchedulingPolicy Policy { get; }

    /// <summary>The same nodes and tenants a moment later.</summary>
    /// <param name="changed">Ids of jobs that came, went or changed.</param>
    /// <param name="present">Those of them that are there.</param>
    /// <param name="now">The time.</param>
    /// <param name="wanted">Ids that <see cref="PlacesOf"/> will be asked for; null for none.</param>
    public PoolQuestion Next(IReadOnlySet<string> changed, IEnumerable<JobNow> present, DateTimeOffset now, IReadOnlySet<string>? wanted = null) =>
        new(this, changed, present, now, wanted);

    /// <summary>Where jobs of these ids are; those that are not there are left out.</summary>
    public IReadOnlyList<int> PlacesOf(IReadOnlySet<string> ids) =>
        ReferenceEquals(ids, _wanted) ? _places : [.. Enumerable.Range(0, Jobs.Length).Where(job => ids.Contains(Jobs[job].Id))];

    /// <summary>The same, with a policy of its own: to be asked while another thread asks this one.</summary>
    public PoolQuestion Beside() => new(this);

    public static string IdOf(string tenant, string job) => $"{tenant}/{job}";

    public static string IdOf(JobRequest request) => IdOf(request.Tenant, request.Job);

    public static double ToSeconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    public static DateTimeOffset? ToTime(double? seconds) =>
        seconds is { } value && double.IsFinite(value) && Math.Abs(value) < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(value) : null;

    private JobSnapshot ToSnapshot(PooledJob job, Allocation allocation, JobProfile? profile, bool isElastic, PoolOptions options, bool isAtBest)
    {
        var request = job.Request;
        var estimate = isAtBest ? WorkEstimate.AtBest(request, Layout.BestScores) : WorkEstimate.Of(request, Layout.Scores);
        var snapshot = new JobSnapshot
        {
            Id = IdOf(request),
            Tenant = request.Tenant,
            SubmitSeconds = ToSeconds(request.SubmittedAt),

            // A policy that gives just what was asked gives the least that the job runs with: it starts soonest.
            RequestedAccelerators = isElastic ? request.MaxAccelerators : request.MinAccelerators,
            MinAccelerators = request.MinAccelerators,
            MaxAccelerators = request.MaxAccelerators,
            Types = request.Kinds.IsDefault ? [] : request.Kinds,
            Fraction = request.IsFractional ? new DeviceFraction(request.ComputeShareFraction, request.MemoryBytes) : null,
            MayMixTypes = request.MayMixTypes,
            Goodput = (profile ?? new JobProfile()).ToGoodput(request, Layout.Scores, estimate?.Rates ?? Layout.Scores, isAtBest),
            Batches = JobProfile.Limits(request),
            Allocation = allocation,
            AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds,
            RunSeconds = job.RunSeconds,
            AllocatedSeconds = ToSeconds(job.AllocatedAt),
            Restarts = job.Changes,
            RestartSeconds = options.RestartSeconds,
            Priority = request.Priority,
            IsPreemptible = request.IsPreemptible,
            MinRunSeconds = request.MinRunSeconds,
            CpuCoresPerAccelerator = request.CpuCoresPerAccelerator,
            HostMemoryBytesPerAccelerator = request.HostMemoryBytesPerAccelerator,
            PreferredNodes = request.NearNodes.IsDefaultOrEmpty ? [] : [.. request.NearNodes.SelectMany(Layout.KnownNamesOf)],
            NodesWithData = Layout.Holding(request.DatasetKey),
            AffinityGroup = request.AffinityGroup is { Length: > 0 } group ? $"{request.Tenant}/{group}" : "",
            IsAntiAffine = request.IsAntiAffine,
            DeadlineSeconds = request.DeadlineAt is { } deadline ? ToSeconds(deadline) : null,
            Budget = request.Budget is { } budget ? Math.Max(0, (double)budget - job.Spent) : null,
            PricePerAcceleratorHour = Layout.LeastPrice,
            ExpectedRemainingSeconds = profile?.RemainingSeconds,
            Memo = job.Memo,
        };

        // A deadline is planned for from the beginning, by what is known of jobs like it; then its own progress counts.
        return request.DeadlineAt is not null && profile?.RemainingSeconds is null && allocation.IsEmpty && estimate is not null
            ? estimate.Apply(snapshot, Cluster)
            : snapshot;
    }
}
