using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// Jobs and leases of a pool by what they are asked for by: a heartbeat or a renewal that scanned all leases took 50 µs of the pool's
/// turn with 10,000 of them. Changes of both go through it. Used on the grain's turn.
/// </summary>
internal sealed class PoolBook
{
    private static readonly List<Lease> None = [];
    private readonly PoolGrainState _state;
    private readonly Dictionary<string, PooledJob> _jobs;
    private readonly Dictionary<string, List<Lease>> _byJob = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Lease>> _byNode = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsavedJobs = new(StringComparer.Ordinal);
    private readonly HashSet<long> _unsavedLeases = [];
    private HashSet<string> _touched = new(StringComparer.Ordinal);

    /// <param name="state">The pool; its lists are changed here only from now on.</param>
    public PoolBook(PoolGrainState state)
    {
        _state = state;
        _jobs = new Dictionary<string, PooledJob>(state.Jobs.Count, StringComparer.Ordinal);
        foreach (var job in state.Jobs)
        {
            _jobs.TryAdd(PoolQuestion.IdOf(job.Request), job);
        }

        foreach (var lease in state.Leases)
        {
            Index(lease);
        }

        Saved();
    }

    /// <summary>Ids of jobs that came, went or changed, or whose leases did, since the last call of <see cref="Saved"/>.</summary>
    public IReadOnlyCollection<string> UnsavedJobs => _unsavedJobs;

    /// <summary>Numbers of leases that came or went since then.</summary>
    public IReadOnlyCollection<long> UnsavedLeases => _unsavedLeases;

    /// <summary>Ids of jobs that hold leases.</summary>
    public IReadOnlyCollection<string> Holders => _byJob.Keys;

    /// <summary>A job that is not finished; null where there is none of this id.</summary>
    public PooledJob? Find(string id) => _jobs.GetValueOrDefault(id);

    /// <summary>Leases of a job, by number.</summary>
    public IReadOnlyList<Lease> OfJob(string id) => _byJob.GetValueOrDefault(id, None);

    /// <summary>Leases on a node, by number.</summary>
    public IReadOnlyList<Lease> OfNode(string node) => _byNode.GetValueOrDefault(node, None);

    /// <summary>Whether a lease is in force.</summary>
    public bool Has(long lease) => IndexOf(lease) >= 0;

    /// <summary>A lease that is in force; null where it is not.</summary>
    public Lease? Find(long lease) => IndexOf(lease) is >= 0 and var index ? _state.Leases[index] : null;

    /// <summary>All that came or went is stored, or about to be.</summary>
    public void Saved()
    {
        _unsavedJobs.Clear();
        _unsavedLeases.Clear();
    }

    /// <summary>Puts a job into the queue, behind those that were submitted before it or at the same time.</summary>
    public void Add(PooledJob job)
    {
        // From the end: nearly all that come are the last.
        var index = _state.Jobs.Count;
        while (index > 0 && _state.Jobs[index - 1].Request.SubmittedAt > job.Request.SubmittedAt)
        {
            index--;
        }

        _state.Jobs.Insert(index, job);
        var id = PoolQuestion.IdOf(job.Request);
        _jobs.Add(id, job);
        Change(id);
    }

    /// <summary>Takes a job out.</summary>
    public void Remove(PooledJob job)
    {
        var id = PoolQuestion.IdOf(job.Request);
        if (_jobs.TryGetValue(id, out var known) && ReferenceEquals(known, job))
        {
            _state.Jobs.Remove(job);
            _jobs.Remove(id);
            Change(id);
        }
    }

    /// <summary>Puts leases in force, each with a higher number than all before.</summary>
    public void Add(IReadOnlyCollection<Lease> leases)
    {
        _state.Leases.AddRange(leases);
        foreach (var lease in leases)
        {
            Index(lease);
        }
    }

    /// <summary>Ends leases; those that are not in force are left out.</summary>
    public void Remove(IReadOnlyCollection<long> leases)
    {
        foreach (var id in leases)
        {
            if (IndexOf(id) is >= 0 and var index)
            {
                var lease = _state.Leases[index];
                var job = PoolQuestion.IdOf(lease.Tenant, lease.Job);
                _state.Leases.RemoveAt(index);
                Drop(_byJob, job, lease);
                Drop(_byNode, lease.Node, lease);
                Note(lease, job);
            }
        }
    }

    /// <summary>Notes that a job is not any more as it was stored, nor as the policy last saw it.</summary>
    public void Change(string id)
    {
        _unsavedJobs.Add(id);
        Touch(id);
    }

    /// <summary>Notes that a job is not any more as the policy last saw it.</summary>
    public void Touch(string id) => _touched.Add(id);

    /// <summary>Ids of jobs that came, went or changed since this was last called.</summary>
    public HashSet<string> TakeTouched()
    {
        var touched = _touched;
        _touched = new HashSet<string>(StringComparer.Ordinal);
        return touched;
    }

    // By halves: numbers ascend, and new leases come last.
    private int IndexOf(long id)
    {
        var (low, high) = (0, _state.Leases.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _state.Leases[middle].Id < id ? (middle + 1, high) : (low, middle);
        }

        return low < _state.Leases.Count && _state.Leases[low].Id == id ? low : -1;
    }

    private void Index(Lease lease)
    {
        var job = PoolQuestion.IdOf(lease.Tenant, lease.Job);
        (_byJob.TryGetValue(job, out var held) ? held : _byJob[job] = []).Add(lease);
        (_byNode.TryGetValue(lease.Node, out var here) ? here : _byNode[lease.Node] = []).Add(lease);
        Note(lease, job);
    }

    private void Note(Lease lease, string job)
    {
        _unsavedLeases.Add(lease.Id);
        Change(job);
    }

    private static void Drop(Dictionary<string, List<Lease>> index, string key, Lease lease)
    {
        var leases = index[key];
        leases.Remove(lease);
        if (leases.Count == 0)
        {
            index.Remove(key);
        }
    }
}
