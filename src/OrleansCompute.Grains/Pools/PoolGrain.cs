using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Pooling;

namespace OrleansCompute.Grains.Pools;

/// <inheritdoc cref="IPoolGrain"/>
/// <remarks>
/// Rounds run from a timer, not within the call that caused them: a job that submits is waiting for this grain at that moment, and
/// the round tells jobs of their leases.
/// </remarks>
internal sealed partial class PoolGrain(
    [PersistentState("pool")] IPersistentState<PoolGrainState> storage,
    IPoolPolicy policy,
    TimeProvider clock,
    ILogger<PoolGrain> logger) : Grain, IPoolGrain
{
    // After a failure that has another silo as its cause: time for membership to notice.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly Dictionary<(string Tenant, string Job), string> _reasons = [];

    // Leases that their jobs know of. Empty after a crash: then all jobs are told again, and ignore what they know.
    private readonly HashSet<long> _told = [];
    private IGrainTimer? _round;
    private bool _isRoundIncomplete;

    // Leases are given back but the store does not know it yet.
    private bool _isUnsaved;

    private PoolGrainState State => storage.State;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _round = this.RegisterGrainTimer(
            static (grain, _) => grain.TryRoundAsync(),
            this,
            new GrainTimerCreationOptions
            {
                DueTime = State.Queue.Count + State.Leases.Count > 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
                Period = Timeout.InfiniteTimeSpan,
            });
        return Task.CompletedTask;
    }

    public async Task Join(NodeSnapshot node)
    {
        var isNewRun = !State.Nodes.TryGetValue(node.Name, out var known) || known.Incarnation != node.Incarnation;
        State.Nodes[node.Name] = node;
        if (isNewRun)
        {
            await VoidLeasesAsync(node.Name, $"node {node.Name} restarted");
        }

        await storage.WriteStateAsync();
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
        if (State.Queue.Exists(queued => queued.Tenant == request.Tenant && queued.Job == request.Job)
            || State.Leases.Exists(lease => lease.Tenant == request.Tenant && lease.Job == request.Job))
        {
            return;
        }

        var limits = await TenantLimitsAsync([request.Tenant]);
        if (policy.ExplainImpossible(SchedulingMapper.ToPossible(State, limits), SchedulingMapper.ToDemand(request)) is { } impossible)
        {
            throw new FabricRefusedException($"Pool {Name} can never run job {request.Tenant}/{request.Job}: {impossible}");
        }

        Enqueue(request);
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // The caller is told that it is not queued, and may call again.
            State.Queue.Remove(request);
            throw;
        }

        KickRound();
    }

    public async Task Withdraw(string tenant, string job)
    {
        var queued = State.Queue.RemoveAll(request => request.Tenant == tenant && request.Job == job);
        _reasons.Remove((tenant, job));
        var leases = State.Leases.Where(lease => lease.Tenant == tenant && lease.Job == job).ToList();
        if (queued == 0 && leases.Count == 0)
        {
            return;
        }

        foreach (var lease in leases)
        {
            await ReleaseAsync(lease);
            State.Leases.Remove(lease);
        }

        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // The nodes are free already, and the caller who tries again finds nothing to give back: the rounds store it.
            _isUnsaved = true;
            _round!.Change(RetryAfter, Timeout.InfiniteTimeSpan);
            throw;
        }

        KickRound();
    }

    public Task<NodeHeartbeat> Heartbeat(string node, long incarnation) => Task.FromResult(new NodeHeartbeat
    {
        IsKnown = State.Nodes.TryGetValue(node, out var known) && known.State != NodeState.Lost && known.Incarnation == incarnation,
        Leases = [.. State.Leases.Where(lease => lease.Node == node && lease.NodeIncarnation == incarnation).Select(lease => lease.Id)],
    });

    public async Task<PoolSnapshot> GetStatus()
    {
        var nodes = await Task.WhenAll(State.Nodes.Values.OrderBy(node => node.Name, StringComparer.Ordinal).Select(RefreshAsync));
        return new PoolSnapshot
        {
            Name = Name,
            Nodes = [.. nodes],
            Queue =
            [
                .. State.Queue.Select(request => new QueuedJob
                {
                    Request = request,
                    Reason = _reasons.GetValueOrDefault((request.Tenant, request.Job), "waits for the next scheduling round."),
                }),
            ],
            Leases = [.. State.Leases],
        };
    }

    private async Task ReleaseAsync(Lease lease)
    {
        try
        {
            await GrainFactory.GetGrain<INodeGrain>(lease.Node).Release(lease.Id);
        }
        catch (Exception exception)
        {
            LogReleaseFailed(exception, lease.Id, lease.Node);
        }
    }

    private async Task<NodeSnapshot> RefreshAsync(NodeSnapshot node)
    {
        if (node.State == NodeState.Lost)
        {
            return node;
        }

        try
        {
            return await GrainFactory.GetGrain<INodeGrain>(node.Name).GetStatus();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            LogNoAnswer(exception, node.Name);
            return node with { State = NodeState.Lost };
        }
    }

    private async Task<IReadOnlyDictionary<string, int>> TenantLimitsAsync(IReadOnlyList<string> tenants)
    {
        var specs = await Task.WhenAll(tenants.Select(tenant => GrainFactory.GetGrain<ITenantGrain>(tenant).Get()));
        return specs.ToDictionary(spec => spec.Name, spec => spec.MaxAccelerators, StringComparer.Ordinal);
    }
}
