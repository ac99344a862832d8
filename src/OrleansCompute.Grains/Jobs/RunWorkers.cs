using System.Collections.Immutable;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Shards;

namespace OrleansCompute.Grains.Jobs;

/// <summary>The workers that a run ever had, in order of rank, and which of them it has yet. Thread-safe.</summary>
internal sealed class RunWorkers(Func<int, IModelShardGrain> shard)
{
    private readonly Lock _gate = new();
    private readonly List<RunWorker> _all = [];
    private readonly HashSet<int> _gone = [];

    /// <summary>All, in order of rank.</summary>
    public ImmutableArray<RunWorker> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>Those that are neither lost nor asked to leave and gone.</summary>
    public ImmutableArray<RunWorker> Present
    {
        get
        {
            lock (_gate)
            {
                return [.. _all.Where(worker => !_gone.Contains(worker.Rank))];
            }
        }
    }

    public RunWorker this[int rank]
    {
        get
        {
            lock (_gate)
            {
                return _all[rank];
            }
        }
    }

    public ImmutableArray<RunWorker> Add(IEnumerable<Lease> leases)
    {
        lock (_gate)
        {
            var first = _all.Count;
            foreach (var lease in leases)
            {
                _all.Add(new RunWorker(_all.Count, lease, shard(_all.Count)));
            }

            return [.. _all.Skip(first)];
        }
    }

    public RunWorker? Find(long leaseId)
    {
        lock (_gate)
        {
            return _all.Find(worker => worker.Lease.Id == leaseId);
        }
    }

    public bool IsGone(RunWorker worker)
    {
        lock (_gate)
        {
            return _gone.Contains(worker.Rank);
        }
    }

    /// <summary>Notes that a worker is gone; false where it was already.</summary>
    public bool Remove(RunWorker worker)
    {
        lock (_gate)
        {
            return _gone.Add(worker.Rank);
        }
    }
}
