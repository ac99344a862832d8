using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Concurrency;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <inheritdoc cref="IPoolGrain"/>
/// <remarks>
/// Gathers what there is, asks the policy, turns its decisions into leases. Rounds run from a timer, not within the call that caused
/// them: a job that submits is waiting for this grain at that moment, and the round tells jobs of their leases. The policy is asked on
/// the thread pool, as its answer may take a second. Reentrant: while nodes take leases and the store writes, others submit and return;
/// whatever awaits looks again at what it goes by, and what several ask to be stored meanwhile is one write.
/// </remarks>
[Reentrant]
internal sealed partial class PoolGrain(
    IOptions<PoolOptions> options,
    TimeProvider clock,
    ILogger<PoolGrain> logger) : Grain, IPoolGrain
{
    // After a failure that has another silo as its cause: time for membership to notice.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, JobProfile> _profiles = new(StringComparer.Ordinal);

    // Leases that their jobs know of. Empty after a crash: then all jobs are told again, and ignore what they know.
    private readonly HashSet<long> _told = [];
    private PoolJournal _journal = null!;
    private PoolMeter _meter = null!;
    private IGrainTimer? _round;
    private bool _isRoundIncomplete;

    // Leases are given back but the store does not know it yet.
    private bool _isUnsaved;

    private PoolGrainState State => _journal.State;

    private PoolBook Book => _journal.Book;

    private string Name => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var store = ServiceProvider.GetKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
            ?? ServiceProvider.GetRequiredService<IGrainStorage>();

        _meter = new PoolMeter(ServiceProvider.GetRequiredService<PoolInstruments>(), Name);

        // Somebody else wrote: another activation is the pool, and this one must decide nothing more.
        _journal = new PoolJournal(new GrainPoolRecords(store, this.GetGrainId()), DeactivateOnIdle, clock, _meter);
        await _journal.LoadAsync();
        RememberAll();
        CountFromNow();
        ArmReclaim();
        _round = this.RegisterGrainTimer(
            static (grain, _) => grain.TryRoundAsync(),
            this,
            new GrainTimerCreationOptions
            {
                DueTime = State.Jobs.Count + State.Leases.Count > 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
                Period = options.Value.RoundPeriod,
            });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            // What is on its way to nodes and jobs goes on; the next activation tells of it again.
            await _journal.StopAsync();
        }
        catch (Exception exception)
        {
            // As after a crash: what was promised is stored, and nodes and jobs say the rest.
            LogRoundFailed(exception, Name);
        }
    }

    public async Task Join(NodeSnapshot node)
    {
        if (NodeReport.Problem(node) is { } problem)
        {
            throw new FabricRefusedException($"Pool {Name} cannot take node '{node.Name}': {problem}");
        }

        if (IsRemoved(node.Name, node.Incarnation))
        {
            return;
        }

        State.Removed.Remove(node.Name);

        // Leases and load are of that moment, and the pool has its own book of the former.
        node = node with { ReclaimAt = null, Accelerators = [.. node.Accelerators.Select(slot => slot with { BusyFraction = 0, Lease = null, Leases = [] })] };
        var isNewRun = !State.Nodes.TryGetValue(node.Name, out var known) || known.Incarnation != node.Incarnation;
        State.Nodes[node.Name] = node;
        Hear(node.Name);
        if (isNewRun)
        {
            // What was announced was the end of the run before.
            State.Reclaims.Remove(node.Name);
            await VoidLeasesAsync(node.Name, $"node {node.Name} restarted");
        }

        // Above what the node was given already: this pool may have been restored from an older copy of its state.
        RaiseFence(node);
        await _journal.FlushAsync();
        LogJoined(node.Name, Name, node.Accelerators.Sum(accelerator => accelerator.Accelerator.ScoreGflops));
        KickRound();
    }

    public async Task Leave(string node, string reason)
    {
        if (State.Nodes.TryGetValue(node, out var known) && known.State != NodeState.Lost)
        {
            await LoseAsync(known, reason);
            KickRound();
        }

        // Their leases may all be on other nodes, and the silo that led their training may have been this one.
        foreach (var job in State.Leases.Select(lease => (lease.Tenant, lease.Job)).Distinct().ToList())
        {
            await RevokeAsync(job.Tenant, job.Job, [], reason);
        }
    }

    public async Task Submit(JobRequest request)
    {
        if (Find(request.Tenant, request.Job) is { } present)
        {
            await AdjustAsync(present, request);
            Book.Touch(PoolQuestion.IdOf(request));
            KickWhole();
            return;
        }

        var job = await AdmitAsync(request);
        try
        {
            await _journal.FlushFewAsync();
        }
        catch
        {
            // The caller is told that it is not queued, and may call again.
            Book.Remove(job);
            throw;
        }

        KickFew();
    }

    public async Task Withdraw(string tenant, string job)
    {
        var leases = LeasesOf(tenant, job);
        var known = Find(tenant, job);
        if (known is null && leases.Count == 0)
        {
            return;
        }

        if (known is not null)
        {
            // However it ended: what others learn of it is when its accelerators were free again.
            CountUse(known);
            State.Memory.Finish(tenant, known.AttainedAcceleratorSeconds);
            Book.Remove(known);
        }

        Forget(PoolQuestion.IdOf(tenant, job));
        await TakeBackAsync(leases);
        KickFew();
    }

    public async Task Return(string tenant, string job, ImmutableArray<long> leaseIds)
    {
        var leases = LeasesOf(tenant, job).Where(lease => leaseIds.Contains(lease.Id)).ToList();
        if (leases.Count > 0)
        {
            CountUse(Find(tenant, job));
            await TakeBackAsync(leases);
            KickFew();
        }
    }

    public async Task SetDraining(string node, bool isDraining)
    {
        RequireNode(node);
        if (!(isDraining ? State.Draining.Add(node) : State.Draining.Remove(node)))
        {
            return;
        }

        try
        {
            await _journal.FlushAsync();
        }
        catch
        {
            // The caller is told that it is as it was, and may call again.
            _ = isDraining ? State.Draining.Remove(node) : State.Draining.Add(node);
            throw;
        }

        KickRound();
    }

    public Task<ImmutableDictionary<string, int>> GetCapacity() => Task.FromResult(Kinds(State.Nodes.Values));

    public Task<ImmutableDictionary<string, int>> GetPresentCapacity() => Task.FromResult(Kinds(State.Nodes.Values.Where(node => node.State != NodeState.Lost)));

    public async Task<PoolSnapshot> GetStatus()
    {
        var nodes = await Task.WhenAll(State.Nodes.Values.OrderBy(node => node.Name, StringComparer.Ordinal).Select(RefreshAsync));
        var held = State.Leases.ToLookup(lease => PoolQuestion.IdOf(lease.Tenant, lease.Job), StringComparer.Ordinal);
        return new PoolSnapshot
        {
            Name = Name,
            Policy = options.Value.Policy,
            YieldTimeoutSeconds = options.Value.YieldTimeout.TotalSeconds,
            ReclaimLeadSeconds = PoolPolicies.ReclaimLead(options.Value).TotalSeconds,
            Nodes = [.. nodes],
            Queue = [.. State.Jobs.Where(job => !held.Contains(PoolQuestion.IdOf(job.Request))).Select(ToQueued)],
            Running = [.. State.Jobs.Where(job => held.Contains(PoolQuestion.IdOf(job.Request))).Select(job => ToRunning(job, held))],
            Leases = [.. State.Leases],
            IsDeciding = State.Jobs.Count > 0 && (_isAsking || _answer is not null || _whole is not null || IsPending),
        };
    }

    private static ImmutableDictionary<string, int> Kinds(IEnumerable<NodeSnapshot> nodes) =>
        nodes.SelectMany(node => node.Accelerators).CountBy(slot => slot.Accelerator.Kind).ToImmutableDictionary(StringComparer.Ordinal);

    private PooledJob? Find(string tenant, string job) => Book.Find(PoolQuestion.IdOf(tenant, job));

    private List<Lease> LeasesOf(string tenant, string job) => [.. Book.OfJob(PoolQuestion.IdOf(tenant, job))];

    private PooledJob Enqueue(JobRequest request)
    {
        var job = new PooledJob { Request = request, CountedAt = clock.GetUtcNow(), AllocatedAt = clock.GetUtcNow() };
        Book.Add(job);
        return job;
    }

    private QueuedJob ToQueued(PooledJob job)
    {
        var (reason, at) = _reasons.Find(PoolQuestion.IdOf(job.Request), "waits for the next scheduling round.");
        return new QueuedJob
        {
            Request = job.Request,
            Reason = reason,
            ExpectedStart = _starts.GetValueOrDefault(PoolQuestion.IdOf(job.Request)),
            ReasonAt = at,
        };
    }

    private RunningJob ToRunning(PooledJob job, ILookup<string, Lease> held)
    {
        var id = PoolQuestion.IdOf(job.Request);
        var profile = _profiles.GetValueOrDefault(id);
        var (reason, at) = _reasons.Find(id, "");
        return new RunningJob
        {
            Request = job.Request,
            Leases = [.. held[id].Select(lease => lease.Id)],
            Yielding = [.. held[id].Select(lease => lease.Id).Where(_yielding.ContainsKey)],
            Reason = reason,
            ReasonAt = at,
            AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds,
            ExpectedEnd = profile?.RemainingSeconds is { } remaining and < 1e9 ? clock.GetUtcNow().AddSeconds(remaining) : null,
        };
    }

    private async Task<NodeSnapshot> RefreshAsync(NodeSnapshot node)
    {
        if (node.State == NodeState.Lost)
        {
            return Shown(node);
        }

        try
        {
            var fresh = await GrainFactory.GetGrain<INodeGrain>(node.Name).GetStatus();
            return NodeReport.Problem(fresh) is { } problem ? throw new FabricRefusedException(problem) : Shown(fresh);
        }
        catch (Exception exception)
        {
            // Whatever it was, for example that node's store: it is the node that is of no use then, not the pool.
            LogNoAnswer(exception, node.Name);
            return Shown(node with { State = NodeState.Lost });
        }
    }
}
