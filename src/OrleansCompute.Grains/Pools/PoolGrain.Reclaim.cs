using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Grains.Pools;

/// <content>Nodes that will be taken away at a time that was announced.</content>
internal sealed partial class PoolGrain
{
    private static readonly TimeSpan MaxNotice = TimeSpan.FromSeconds(ReclaimNotice.MaxSeconds);
    private IGrainTimer? _reclaim;

    public async Task SetReclaim(string node, TimeSpan? within)
    {
        RequireNode(node);
        if (within is { } time && (time < TimeSpan.Zero || time > MaxNotice))
        {
            throw new FabricRefusedException($"within is {time}; allowed: {TimeSpan.Zero} to {MaxNotice}, the time from now.");
        }

        var (before, wanted) = (ReclaimAt(node), clock.GetUtcNow() + within);
        SetReclaimAt(node, wanted);
        if (before is null && within is null)
        {
            return;
        }

        try
        {
            await _journal.FlushAsync();
        }
        catch
        {
            // The caller is told that it is as it was, and may call again; unless somebody else has said something newer meanwhile.
            if (ReclaimAt(node) == wanted)
            {
                SetReclaimAt(node, before);
            }

            throw;
        }

        LogReclaim(node, Name, within);
        ArmReclaim();
        KickRound();
    }

    private DateTimeOffset? ReclaimAt(string node) => State.Reclaims.TryGetValue(node, out var at) ? at : null;

    private void SetReclaimAt(string node, DateTimeOffset? at)
    {
        if (at is { } time)
        {
            State.Reclaims[node] = time;
        }
        else
        {
            State.Reclaims.Remove(node);
        }
    }

    /// <summary>A node, with what only the pool knows of it.</summary>
    private NodeSnapshot Shown(NodeSnapshot node) => node with
    {
        State = node.State == NodeState.Ready && State.Draining.Contains(node.Name) ? NodeState.Draining : node.State,
        ReclaimAt = ReclaimAt(node.Name),
    };

    /// <summary>A round at the time at which the policy begins to empty the next node, however far apart rounds are.</summary>
    private void ArmReclaim()
    {
        var now = clock.GetUtcNow();
        var lead = PoolPolicies.ReclaimLead(options.Value);
        var next = State.Reclaims.Values.Select(at => at - lead - now).Where(left => left > TimeSpan.Zero).DefaultIfEmpty(Timeout.InfiniteTimeSpan).Min();
        _reclaim ??= this.RegisterGrainTimer(
            static (grain, _) => grain.BeginReclaimAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan });
        _reclaim.Change(next, Timeout.InfiniteTimeSpan);
    }

    private Task BeginReclaimAsync()
    {
        KickRound();
        ArmReclaim();
        return Task.CompletedTask;
    }

    [LoggerMessage(5012, LogLevel.Information, "Node {Node} of pool {Pool} is taken away within {Within}; none: it stays")]
    private partial void LogReclaim(string node, string pool, TimeSpan? within);
}
