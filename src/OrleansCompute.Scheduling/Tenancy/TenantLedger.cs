using System.Globalization;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tenancy;

/// <summary>
/// Who has been given how much in the course of a round, with every ancestor's account, and what limits and ranks follow. Accounts are
/// numbered: 0 is the root, then the tenants of the tree, then those that only jobs name, and one for the own jobs of each tenant that
/// has others below it. Not thread-safe.
/// </summary>
internal sealed class TenantLedger
{
    private const double Tolerance = 1e-9;
    private readonly ClusterSnapshot _cluster;
    private readonly List<Account> _accounts = [];
    private readonly Dictionary<string, int> _leaves = new(StringComparer.Ordinal);
    private readonly int[] _leafOfJob;
    private readonly List<int> _lenders = [];
    private readonly double[] _score;
    private readonly double _totalCompute;
    private readonly double _totalCores;
    private readonly double _totalBytes;

    public TenantLedger(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double historyWeight)
    {
        _cluster = cluster;
        _score = Scores(cluster);
        foreach (var node in cluster.Nodes)
        {
            _totalCompute += node.TakesWork ? node.Accelerators * node.ScoreGflops : 0;
            _totalCores += node.TakesWork ? node.CpuCores : 0;
            _totalBytes += node.TakesWork ? node.HostMemoryBytes : 0;
        }

        var tree = cluster.Tenants;
        _accounts.Add(new Account(-1, null, cluster.Types.Length) { Depth = 0 });
        for (var i = 0; i < tree.Tenants.Length; i++)
        {
            Open(tree.ParentOf(i) + 1, tree.Tenants[i]);
        }

        if (tree.IsFlat)
        {
            Open(0, null);
        }

        _leafOfJob = new int[jobs.Count];
        for (var job = 0; job < _leafOfJob.Length; job++)
        {
            var tenant = jobs[job].Tenant;
            if (!_leaves.TryGetValue(tenant, out var leaf))
            {
                var account = tree.IndexOf(tenant) + 1;
                var isLeaf = account > 0 && tree.ChildrenOf(account - 1).IsEmpty;
                _leaves.Add(tenant, leaf = tree.IsFlat ? 1 : isLeaf ? account : Open(account, null));
            }

            _leafOfJob[job] = leaf;
        }

        SetRanks(tree, historyWeight);
    }

    /// <summary>Number of accounts.</summary>
    public int Count => _accounts.Count;

    /// <summary>Account of a tenant's own jobs.</summary>
    public int LeafOf(string tenant) => _leaves[tenant];

    /// <summary>The same by the job's place among those that it was made with.</summary>
    public int LeafOf(int job) => _leafOfJob[job];

    public int ParentOf(int account) => _accounts[account].Parent;

    public int DepthOf(int account) => _accounts[account].Depth;

    public IReadOnlyList<int> ChildrenOf(int account) => _accounts[account].Children;

    /// <summary>What the tree says of the account; null where it says nothing.</summary>
    public TenantQuota? QuotaOf(int account) => _accounts[account].Quota;

    /// <summary>Accelerators of a type that the account and all below it hold.</summary>
    public double Used(int account, int type) => _accounts[account].Used[type];

    /// <summary>Accelerators of a type that it is guaranteed.</summary>
    public int Guaranteed(int account, int type) => _accounts[account].Guaranteed[type];

    /// <summary>Its dominant share: the largest of its shares of all measured compute, processor cores and host memory.</summary>
    public double Share(int account)
    {
        var a = _accounts[account];
        return Math.Max(a.Compute / Math.Max(Tolerance, _totalCompute), Math.Max(
            _totalCores > 0 ? a.Cores / _totalCores : 0, _totalBytes > 0 ? a.Bytes / _totalBytes : 0));
    }

    /// <summary>Where it stands among the tenants of its parent: who has the least goes next; of equals, who used least of its entitlement.</summary>
    public (double Share, double Past, int Account) Rank(int account) =>
        (Share(account) / _accounts[account].EffectiveWeight, _accounts[account].PastOverEntitled, account);

    /// <summary>Gives, or with a negative amount takes back.</summary>
    public void Charge(int leaf, int type, double amount, JobSnapshot job)
    {
        for (var at = leaf; at >= 0; at = _accounts[at].Parent)
        {
            var account = _accounts[at];
            account.Used[type] += amount;
            account.Total += amount;
            account.Compute += amount * _score[type];
            account.Cores += amount * job.CpuCoresPerAccelerator;
            account.Bytes += amount * job.HostMemoryBytesPerAccelerator;
        }
    }

    /// <summary>Whether the hard limits of the tenant and all above it allow so much more; else why not.</summary>
    public string? Blocked(int leaf, int type, double amount)
    {
        for (var at = leaf; at > 0; at = _accounts[at].Parent)
        {
            if (_accounts[at] is not { Quota: { } quota } account)
            {
                continue;
            }

            if (account.Used[type] + amount > account.Most[type] + Tolerance)
            {
                return string.Create(CultureInfo.InvariantCulture, $"tenant '{quota.Name}' holds {account.Used[type]:0.###} of its quota of {account.Most[type]} × {_cluster.Types[type]}");
            }

            if (account.Total + amount > (quota.MaxAccelerators ?? double.PositiveInfinity) + Tolerance)
            {
                return string.Create(CultureInfo.InvariantCulture, $"tenant '{quota.Name}' holds {account.Total:0.###} of the {quota.MaxAccelerators} accelerators it may hold");
            }

            if (quota.BorrowingLimit is { } limit && Borrowed(account, type, amount) is var borrowed && borrowed > limit + Tolerance)
            {
                return string.Create(CultureInfo.InvariantCulture, $"tenant '{quota.Name}' would hold {borrowed:0.###} more than it is guaranteed; it may borrow {limit}");
            }
        }

        return null;
    }

    /// <summary>How many more of a type the hard limits of the tenant and all above it allow; infinite where nothing limits it.</summary>
    public double Room(int leaf, int type)
    {
        var room = double.PositiveInfinity;
        for (var at = leaf; at > 0; at = _accounts[at].Parent)
        {
            if (_accounts[at] is { Quota: { } quota } account)
            {
                var borrowed = quota.BorrowingLimit is { } limit
                    ? limit - Borrowed(account, -1, 0) + Math.Max(0, account.Guaranteed[type] - account.Used[type]) : double.PositiveInfinity;
                room = Math.Min(Math.Min(room, account.Most[type] == int.MaxValue ? room : account.Most[type] - account.Used[type]), Math.Min(
                    borrowed, (quota.MaxAccelerators ?? double.PositiveInfinity) - account.Total));
            }
        }

        return room;
    }

    /// <summary>Whether the tenant, or one above it, is guaranteed so much more.</summary>
    public bool IsGuaranteed(int leaf, int type, double amount)
    {
        for (var at = leaf; at > 0; at = _accounts[at].Parent)
        {
            if (_accounts[at].Used[type] + amount <= _accounts[at].Guaranteed[type] + Tolerance)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Accelerators of a type that stay idle for tenants other than this one, because they lend no more.</summary>
    public double Withheld(int leaf, int type)
    {
        var sum = 0.0;
        foreach (var lender in _lenders)
        {
            var account = _accounts[lender];
            var withheld = account.Guaranteed[type] - account.Used[type] - account.Quota!.LendingLimit!.Value;
            if (withheld > 0 && !IsWithin(leaf, lender))
            {
                sum += withheld;
            }
        }

        return sum;
    }

    /// <summary>Mean measured score of the accelerators of each type.</summary>
    internal static double[] Scores(ClusterSnapshot cluster)
    {
        var score = new double[cluster.Types.Length];
        var count = new long[score.Length];
        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            score[cluster.TypeOf(node)] += cluster.Nodes[node].Accelerators * cluster.Nodes[node].ScoreGflops;
            count[cluster.TypeOf(node)] += cluster.Nodes[node].Accelerators;
        }

        for (var type = 0; type < score.Length; type++)
        {
            score[type] = count[type] > 0 ? score[type] / count[type] : 1;
        }

        return score;
    }

    private static double Borrowed(Account account, int type, double amount)
    {
        var sum = 0.0;
        for (var t = 0; t < account.Used.Length; t++)
        {
            sum += Math.Max(0, account.Used[t] + (t == type ? amount : 0) - account.Guaranteed[t]);
        }

        return sum;
    }

    private bool IsWithin(int leaf, int ancestor)
    {
        var at = leaf;
        while (at >= 0 && at != ancestor)
        {
            at = _accounts[at].Parent;
        }

        return at == ancestor;
    }

    private int Open(int parent, TenantQuota? quota)
    {
        var account = new Account(parent, quota, _cluster.Types.Length) { Depth = _accounts[parent].Depth + 1 };
        for (var type = 0; quota is not null && type < _cluster.Types.Length; type++)
        {
            account.Most[type] = quota.Quota.TryGetValue(_cluster.Types[type], out var most) ? most : int.MaxValue;
            account.Guaranteed[type] = quota.Guaranteed.GetValueOrDefault(_cluster.Types[type]);
        }

        _accounts[parent].Children.Add(_accounts.Count);
        _accounts.Add(account);

        // A promise of the parent covers those of its children: only the outermost lender withholds, or idle accelerators count twice.
        if (quota is { LendingLimit: not null } && !_lenders.Exists(lender => IsWithin(parent, lender)))
        {
            _lenders.Add(_accounts.Count - 1);
        }

        return _accounts.Count - 1;
    }

    private void SetRanks(TenantTree tree, double historyWeight)
    {
        for (var i = _accounts.Count - 1; i > 0; i--)
        {
            _accounts[i].Past += _accounts[i].Quota?.PastUse ?? 0;
            _accounts[_accounts[i].Parent].Past += _accounts[i].Past;
        }

        // A tenant that always held all there is would have used this much.
        var most = _totalCompute * (double.IsInfinity(tree.HalfLifeSeconds) ? 0 : tree.HalfLifeSeconds / Math.Log(2));
        most = most > 0 ? most : Math.Max(Tolerance, _accounts[0].Past);
        _accounts[0].Entitled = 1;
        foreach (var parent in _accounts)
        {
            var weights = parent.Children.Sum(child => _accounts[child].Quota?.Weight ?? 1);
            foreach (var child in parent.Children.Select(child => _accounts[child]))
            {
                var weight = child.Quota?.Weight ?? 1;
                child.Entitled = parent.Entitled * weight / weights;
                child.PastOverEntitled = child.Past / most / child.Entitled;
                child.EffectiveWeight = weight * Math.Pow(2, -Math.Min(4, historyWeight * child.PastOverEntitled));
            }
        }
    }

    private sealed class Account(int parent, TenantQuota? quota, int types)
    {
        public int Parent { get; } = parent;

        public TenantQuota? Quota { get; } = quota;

        public int Depth { get; init; }

        public List<int> Children { get; } = [];

        public int[] Most { get; } = [.. Enumerable.Repeat(int.MaxValue, types)];

        public int[] Guaranteed { get; } = new int[types];

        public double[] Used { get; } = new double[types];

        public double Total { get; set; }

        public double Compute { get; set; }

        public double Cores { get; set; }

        public double Bytes { get; set; }

        public double Past { get; set; }

        public double Entitled { get; set; }

        public double PastOverEntitled { get; set; }

        public double EffectiveWeight { get; set; } = 1;
    }
}
