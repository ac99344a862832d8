using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Silo.Bench;

/// <summary>
/// Nodes and jobs as a pool sees them, without what they do: calls of the pool to them are answered here, at once. Nodes take what they
/// are given; jobs that are asked to give back do so with the next call of <see cref="ReturnAsync"/>. Thread-safe.
/// </summary>
internal sealed class BenchFabric : IOutgoingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<long, Lease>> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Job, ImmutableArray<long> Leases)> _asked = new();
    private long _granted;

    /// <summary>Leases that were granted since the start.</summary>
    public long Granted => Interlocked.Read(ref _granted);

    /// <summary>Ids of jobs with leases.</summary>
    public IEnumerable<string> Running => _held.Where(job => !job.Value.IsEmpty).Select(job => job.Key);

    /// <summary>Leases of a job.</summary>
    public ImmutableArray<Lease> LeasesOf(string job) => _held.TryGetValue(job, out var held) ? [.. held.Values] : [];

    /// <summary>A job is over.</summary>
    public void End(string job) => _held.TryRemove(job, out _);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var type = context.InterfaceMethod.DeclaringType;
        if (type != typeof(INodeGrain) && type != typeof(IJobGrain))
        {
            await context.Invoke();
            return;
        }

        // Another turn of the pool may come first, as with a call that takes time.
        await Task.Yield();
        var key = context.TargetId.Key.ToString()!;
        switch (context.InterfaceMethod.Name)
        {
            case nameof(INodeGrain.Grant):
                Interlocked.Increment(ref _granted);
                break;
            case nameof(IJobGrain.Assign):
                var held = _held.GetOrAdd(key, _ => new ConcurrentDictionary<long, Lease>());
                foreach (var lease in (ImmutableArray<Lease>)context.Request.GetArgument(0)!)
                {
                    held[lease.Id] = lease;
                }

                break;
            case nameof(IJobGrain.Yield):
                _asked.Enqueue((key, (ImmutableArray<long>)context.Request.GetArgument(0)!));
                break;
            case nameof(IJobGrain.Revoke):
                Drop(key, (ImmutableArray<long>)context.Request.GetArgument(0)!);
                break;
            default:
                break;
        }
    }

    /// <summary>Jobs give back what they were asked for.</summary>
    public async Task ReturnAsync(IPoolGrain pool)
    {
        while (_asked.TryDequeue(out var asked))
        {
            Drop(asked.Job, asked.Leases);
            var slash = asked.Job.IndexOf('/', StringComparison.Ordinal);
            await pool.Return(asked.Job[..slash], asked.Job[(slash + 1)..], asked.Leases);
        }
    }

    private void Drop(string job, ImmutableArray<long> leases)
    {
        if (_held.TryGetValue(job, out var held))
        {
            foreach (var lease in leases)
            {
                held.TryRemove(lease, out _);
            }
        }
    }
}
