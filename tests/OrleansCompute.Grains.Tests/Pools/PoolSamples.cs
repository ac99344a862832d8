using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;
using NodeSnapshot = OrleansCompute.Contracts.Nodes.NodeSnapshot;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>A pool without grains: its state, and what a round would make of it.</summary>
internal sealed class PoolSamples(PoolGrainState? state = null)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public PoolGrainState State { get; } = state ?? new PoolGrainState();

    public HashSet<long> Yielding { get; } = [];

    public Dictionary<string, JobProfile> Profiles { get; } = [];

    public PoolOptions Options { get; } = new();

    public TenantTree Tenants { get; set; } = TenantTree.Flat;

    public DateTimeOffset Now { get; set; } = Start;

    public PoolSamples Node(string name, params (string Kind, double Score)[] accelerators)
    {
        State.Nodes[name] = new NodeSnapshot
        {
            Name = name,
            Incarnation = 1,
            State = NodeState.Ready,
            ReportedAt = Start,
            Accelerators =
            [
                .. accelerators.Select((accelerator, i) => new AcceleratorSnapshot
                {
                    Accelerator = new AcceleratorDescription
                    {
                        Name = $"acc{i}",
                        Kind = accelerator.Kind,
                        Threads = 1,
                        ComputeShareFraction = 1,
                        ScoreGflops = accelerator.Score,
                        MemoryBytes = 1L << 30,
                    },
                    BusyFraction = 0,
                }),
            ],
        };
        return this;
    }

    public PooledJob Job(string name, int min = 1, int max = 1, string tenant = "acme", Func<JobRequest, JobRequest>? with = null)
    {
        var request = new JobRequest
        {
            Tenant = tenant, Job = name, MinAccelerators = min, MaxAccelerators = max, SubmittedAt = Start.AddSeconds(State.Jobs.Count), BatchSize = 128,
        };
        var job = new PooledJob { Request = with?.Invoke(request) ?? request, CountedAt = Start, AllocatedAt = Start };
        State.Jobs.Add(job);
        return job;
    }

    public Lease Hold(PooledJob job, string node, int accelerator = 0, double share = 1, long memory = 0)
    {
        var slot = State.Nodes[node].Accelerators[accelerator].Accelerator;
        var lease = new Lease
        {
            Id = ++State.LastLeaseId,
            Pool = "default",
            Tenant = job.Request.Tenant,
            Job = job.Request.Job,
            Node = node,
            NodeIncarnation = 1,
            Accelerator = slot.Name,
            ScoreGflops = slot.ScoreGflops,
            GrantedAt = Start,
            ComputeShareFraction = share,
            MemoryBytes = memory,
            Kind = slot.Kind,
        };
        State.Leases.Add(lease);
        job.HasStarted = true;
        return lease;
    }

    public PoolQuestion Ask(bool isAtBest = false) => new(State, Tenants, Profiles, Yielding, PoolPolicies.Create(Options), Options, Now, isAtBest: isAtBest);

    public (IReadOnlyList<JobChange> Changes, IReadOnlyList<JobDecision> Decisions) Round()
    {
        var question = Ask();
        var decisions = question.Policy.Decide(question.Cluster, question.Jobs, question.NowSeconds);
        return (LeasePlan.Make(State, question, decisions, Yielding, Now), decisions);
    }

    /// <summary>Makes the changes true, as nodes and jobs that obey at once would.</summary>
    public void Apply(IReadOnlyList<JobChange> changes)
    {
        foreach (var change in changes)
        {
            State.Leases.RemoveAll(lease => change.Yields.Contains(lease.Id));
            foreach (var grant in change.Grants)
            {
                var index = State.Nodes[grant.Node].Accelerators.ToList().FindIndex(slot => slot.Accelerator.Name == grant.Accelerator);
                Hold(change.Job, grant.Node, index, grant.ComputeShareFraction, grant.MemoryBytes);
            }

            change.Job.AllocatedAt = Now;
        }
    }
}
