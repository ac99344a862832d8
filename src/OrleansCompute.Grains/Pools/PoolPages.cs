using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>What the store has of a pool, by pages, and which of these hold less than the journal. Used on the grain's turn.</summary>
internal sealed class PoolPages
{
    private readonly long[] _asOf;
    private readonly long[] _dirtySince;
    private readonly Dictionary<string, PooledJob>[] _jobs;
    private readonly Dictionary<long, Lease>[] _leases;
    private readonly Dictionary<string, NodeSnapshot>[] _nodes;
    private readonly int _count;
    private long _latest;

    public PoolPages(int count)
    {
        _count = count;
        _asOf = new long[count];
        _dirtySince = new long[count];
        _jobs = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<string, PooledJob>(StringComparer.Ordinal))];
        _leases = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<long, Lease>())];
        _nodes = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<string, NodeSnapshot>(StringComparer.Ordinal))];
    }

    public int JobCount { get; private set; }

    public int LeaseCount { get; private set; }

    /// <summary>The last entry that is in any page.</summary>
    public long AsOf => _asOf.Max();

    public IEnumerable<PooledJob> Jobs => _jobs.SelectMany(page => page.Values);

    public IEnumerable<Lease> Leases => _leases.SelectMany(page => page.Values);

    public IEnumerable<NodeSnapshot> Nodes => _nodes.SelectMany(page => page.Values);

    /// <summary>Takes pages over, and for pages that were never written what an older version stored.</summary>
    public void Load(IReadOnlyList<PoolPage> pages, PoolGrainState legacy)
    {
        for (var page = 0; page < pages.Count; page++)
        {
            _asOf[page] = pages[page].AsOf;
            _latest = Math.Max(_latest, _asOf[page]);
            Put(pages[page].Jobs, pages[page].Leases, pages[page].Nodes, _ => true);
        }

        Put(legacy.Jobs, legacy.Leases, legacy.Nodes.Values, page => _asOf[page] == 0);
        Count();
    }

    /// <summary>Takes an entry over where the pages do not have it yet.</summary>
    public void Apply(PoolEntry entry)
    {
        _latest = entry.Index;
        foreach (var id in entry.EndedJobs.Where(id => IsNew(PageOf(id))))
        {
            _jobs[PageOf(id)].Remove(id);
            Touch(PageOf(id));
        }

        foreach (var name in entry.EndedNodes.Where(name => IsNew(PageOf(name))))
        {
            _nodes[PageOf(name)].Remove(name);
            Touch(PageOf(name));
        }

        foreach (var id in entry.EndedLeases.Where(id => IsNew(PageOf(id))))
        {
            _leases[PageOf(id)].Remove(id);
            Touch(PageOf(id));
        }

        Put(entry.Jobs, entry.Leases, entry.Nodes, page =>
        {
            if (IsNew(page))
            {
                Touch(page);
                return true;
            }

            return false;
        });
        Count();

        bool IsNew(int page) => entry.Index > _asOf[page];

        void Touch(int page) => _dirtySince[page] = _dirtySince[page] == 0 ? entry.Index : _dirtySince[page];
    }

    public bool Has(Lease lease) => _leases[PageOf(lease.Id)].ContainsKey(lease.Id);

    public bool Has(NodeSnapshot node) => _nodes[PageOf(node.Name)].TryGetValue(node.Name, out var stored) && ReferenceEquals(stored, node);

    public Lease? Find(long lease) => _leases[PageOf(lease)].GetValueOrDefault(lease);

    public PooledJob? Find(string id) => _jobs[PageOf(id)].GetValueOrDefault(id);

    /// <summary>Pages that the store has without changes that are in the journal, and the first entry with such.</summary>
    public IEnumerable<(int Page, long Since)> Dirty() =>
        Enumerable.Range(0, _count).Where(page => _dirtySince[page] > 0).Select(page => (page, _dirtySince[page]));

    /// <summary>A page to be written, with all entries so far.</summary>
    public PoolPage Take(int page) => new()
    {
        AsOf = _latest, Jobs = [.. _jobs[page].Values], Leases = [.. _leases[page].Values], Nodes = [.. _nodes[page].Values],
    };

    /// <summary>The page was written as it is.</summary>
    public void Clean(int page) => (_asOf[page], _dirtySince[page]) = (_latest, 0);

    // The same in every process, for ever: it is where things are stored.
    private int PageOf(string name)
    {
        var hash = 2166136261u;
        foreach (var character in name)
        {
            hash = unchecked((hash ^ character) * 16777619u);
        }

        return (int)(hash % (uint)_count);
    }

    private int PageOf(long lease) => (int)(lease % _count);

    private void Put(IEnumerable<PooledJob> jobs, IEnumerable<Lease> leases, IEnumerable<NodeSnapshot> nodes, Func<int, bool> isFor)
    {
        foreach (var job in jobs)
        {
            var id = PoolQuestion.IdOf(job.Request);
            if (isFor(PageOf(id)))
            {
                _jobs[PageOf(id)][id] = job;
            }
        }

        foreach (var lease in leases.Where(lease => isFor(PageOf(lease.Id))))
        {
            _leases[PageOf(lease.Id)][lease.Id] = lease;
        }

        foreach (var node in nodes.Where(node => isFor(PageOf(node.Name))))
        {
            _nodes[PageOf(node.Name)][node.Name] = node;
        }
    }

    private void Count() => (JobCount, LeaseCount) = (_jobs.Sum(page => page.Count), _leases.Sum(page => page.Count));
}
