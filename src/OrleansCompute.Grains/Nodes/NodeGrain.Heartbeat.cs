using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Nodes;

/// <content>Leases end with their holder: a pool that took one back, or that is not heard of, no longer confirms it.</content>
internal sealed partial class NodeGrain
{
    // Timestamp at which the pool last said that the lease is in force.
    private readonly Dictionary<long, long> _confirmed = [];
    private bool _wasKnown;
    private bool _isBeating;

    // Datasets that the pool knows this node to hold. Told anew now and then: a pool that was started anew knows what it stored last.
    private const int RetellBeats = 16;
    private ImmutableArray<string> _told = [];
    private int _beats;

    // Counts changes of the scores, and those of them that the pool knows of.
    private long _scores;
    private long _scoresTold;

    // The root of one that nobody awaits.
    private async Task BeatNowAsync()
    {
        try
        {
            await BeatAsync();
        }
        catch (Exception exception)
        {
            LogBeatFailed(exception);
        }
    }

    private async Task BeatAsync()
    {
        if (_isBeating)
        {
            return;
        }

        _isBeating = true;
        try
        {
            await AskPoolAsync();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or FabricRefusedException)
        {
            LogPoolSilent(exception, options.Value.Pool);
        }
        finally
        {
            _isBeating = false;
        }

        foreach (var (lease, confirmed) in _confirmed.ToList())
        {
            if (clock.GetElapsedTime(confirmed) >= options.Value.LeaseDuration)
            {
                LogExpired(lease, options.Value.LeaseDuration);
                await EndAsync(lease, $"expired: pool {options.Value.Pool} has not confirmed it for {options.Value.LeaseDuration}");
            }
        }
    }

    private async Task AskPoolAsync()
    {
        // What is granted while the question is under way, the answer may not know.
        var asked = _confirmed.Keys.ToList();
        var pool = GrainFactory.GetGrain<IPoolGrain>(options.Value.Pool);
        var held = datasets.Held;
        var answer = await pool.Heartbeat(this.GetPrimaryKeyString(), accelerators.Incarnation, [.. asked]);
        if (!answer.IsKnown)
        {
            if (_wasKnown)
            {
                // The pool took this node for lost.
                LogRejoins(options.Value.Pool);
                await pool.Join(Snapshot());
            }

            return;
        }

        _wasKnown = true;
        foreach (var lease in asked)
        {
            if (answer.Leases.Contains(lease))
            {
                _confirmed[lease] = clock.GetTimestamp();
            }
            else
            {
                await EndAsync(lease, $"is not among those of pool {options.Value.Pool}");
            }
        }

        if (_scoresTold != _scores)
        {
            // Told only once the pool has taken them; newer ones that come meanwhile are for the next heartbeat.
            var scores = _scores;
            await pool.Join(Snapshot());
            _scoresTold = scores;
        }

        if (_beats++ % RetellBeats == 0 || !held.SequenceEqual(_told))
        {
            await pool.TellDatasets(this.GetPrimaryKeyString(), accelerators.Incarnation, held);
            _told = held;
        }
    }

    [LoggerMessage(5201, LogLevel.Warning, "Pool {Pool} did not answer a heartbeat")]
    private partial void LogPoolSilent(Exception exception, string pool);

    [LoggerMessage(5202, LogLevel.Warning, "Lease {Lease} expired: the pool has not confirmed it for {Duration}")]
    private partial void LogExpired(long lease, TimeSpan duration);

    [LoggerMessage(5205, LogLevel.Warning, "A heartbeat failed; the next one comes in its time")]
    private partial void LogBeatFailed(Exception exception);

    [LoggerMessage(5203, LogLevel.Information, "Pool {Pool} took this node for lost; it joins again")]
    private partial void LogRejoins(string pool);
}
