using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// Stores a pool's state by its changes: what differs from what is stored goes into one numbered entry, which is stored whole or not at
/// all, so that the cost of a write follows what changed and not the size of the pool. Entries live in a ring of slots; before a slot is
/// used again, the pages that its changes are in have been written. Writes that are asked for while one is under way become one. Used on
/// the grain's turn; it may interleave.
/// </summary>
/// <param name="records">Where.</param>
/// <param name="onOutdated">Called when another activation wrote.</param>
/// <param name="clock">For the time between two writes of what is remembered; without one it is in each write after it changed.</param>
/// <param name="meter">Notes how long it takes, by the clock; null for nobody.</param>
internal sealed class PoolJournal(IPoolRecords records, Action? onOutdated = null, TimeProvider? clock = null, PoolMeter? meter = null)
{
    public const int Slots = 256;
    private const int Pages = 64;

    // Pages are written long before their entries' slots are needed, one with each entry, so that no write is much longer than others. With
    // many jobs each entry touches other pages, and a page is a hundred times an entry: the more entries between, the less is written.
    private const int PageAfter = 128;
    private const int PagesPerEntry = 1;
    private const int HeadAfter = 16;

    // Of each kind in an entry: as JSON some megabytes together, and a store's record has an end. What is more follows in further entries.
    private const int MaxChanges = 2_500;

    // What a job has used is stored when its leases change; for one whose do not, this is what a crash may forget.
    private const double MaxForgottenSeconds = 300;

    // What is remembered changes in each round that has running jobs, and is some hundred kilobytes for thousands of tenants: an entry
    // for one job must not wait for it. A crash forgets this much of what tenants used and of jobs that ended.
    private static readonly TimeSpan MaxForgottenMemory = TimeSpan.FromSeconds(30);
    private readonly PoolPages _stored = new(Pages);
    private PoolHead _head = new();
    private long _next = 1;
    private Task? _writing;
    private Task? _queued;
    private bool _isAllDue;
    private bool _isOver;

    // A version with another number of slots wrote the entries: which of them the next ones overwrite does not follow from their numbers.
    private bool _isRingOther;
    private bool _isLast;
    private long? _memoryWrittenAt;

    /// <summary>The pool in memory; whoever changes it asks for a write.</summary>
    public PoolGrainState State { get; private set; } = new();

    /// <summary>Jobs and leases of <see cref="State"/>; whoever changes them through it may ask for <see cref="FlushFewAsync"/>.</summary>
    public PoolBook Book { get; private set; } = new(new PoolGrainState());

    /// <summary>Entries written since it was loaded.</summary>
    public long Written { get; private set; }

    /// <summary>Reads what is stored.</summary>
    public async Task LoadAsync()
    {
        var head = await records.ReadAsync<PoolHead>("pool-head");
        var pages = await Task.WhenAll(Enumerable.Range(0, Pages).Select(page => records.ReadAsync<PoolPage>(PageName(page))));
        var entries = await Task.WhenAll(Enumerable.Range(0, Slots).Select(slot => records.ReadAsync<PoolEntry>(EntryName(slot))));

        // Versions before this one stored all in one record, which counts for what is in no page yet.
        var legacy = await records.ReadAsync<PoolGrainState>("pool");
        legacy.Jobs.AddRange(legacy.Queue.Where(request => !legacy.Jobs.Exists(job => PoolQuestion.IdOf(job.Request) == PoolQuestion.IdOf(request)))
            .Select(request => new PooledJob { Request = request, CountedAt = request.SubmittedAt, AllocatedAt = request.SubmittedAt }));
        _stored.Load(pages, legacy);
        _head = head.AsOf > 0 ? head : new PoolHead
        {
            LastLeaseId = legacy.LastLeaseId, Draining = [.. legacy.Draining], Removed = legacy.Removed, Memory = legacy.Memory,
        };
        _isRingOther = entries.Where((entry, slot) => entry.Index > 0 && entry.Index % Slots != slot).Any();
        foreach (var entry in entries.Where(entry => entry.Index > 0).OrderBy(entry => entry.Index))
        {
            _stored.Apply(entry);
            _head = entry.Index > head.AsOf ? Next(entry) : _head;
            _next = entry.Index + 1;
        }

        _next = Math.Max(_next, Math.Max(head.AsOf, _stored.AsOf) + 1);
        State = new PoolGrainState
        {
            Nodes = _stored.Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal),
            Jobs = [.. _stored.Jobs.Select(job => job.Copy()).OrderBy(job => job.Request.SubmittedAt).ThenBy(job => PoolQuestion.IdOf(job.Request), StringComparer.Ordinal)],
            Leases = [.. _stored.Leases.OrderBy(lease => lease.Id)],
            LastLeaseId = _head.LastLeaseId,
            Draining = [.. _head.Draining],
            Memory = _head.Memory?.Copy() ?? new PoolMemory(),
            Removed = new Dictionary<string, long>(_head.Removed, StringComparer.Ordinal),
            Reclaims = new Dictionary<string, DateTimeOffset>(_head.Reclaims, StringComparer.Ordinal),
        };
        Book = new PoolBook(State);
    }

    /// <summary>Completes when all that is in <see cref="State"/> now is stored; fails where it could not be.</summary>
    public Task FlushAsync()
    {
        _isAllDue = true;
        return FlushFewAsync();
    }

    /// <summary>
    /// The same for jobs and leases that came or went through <see cref="Book"/>, and for the head; without looking at all others, which
    /// took 2 ms of the turn with ten thousand of each.
    /// </summary>
    public Task FlushFewAsync() => _isOver ? throw new ObjectDisposedException(nameof(PoolJournal)) : _writing is null ? Begin() : _queued ??= AfterAsync();

    /// <summary>Stores what is not stored yet, and writes nothing more: another activation may read from now on.</summary>
    public async Task StopAsync()
    {
        _isLast = true;
        try
        {
            await FlushAsync();
        }
        finally
        {
            _isOver = true;
            while (_writing is { } write)
            {
                await write.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Current);
            }
        }
    }

    private static string PageName(int page) => $"pool-page-{page}";

    private static string EntryName(long slot) => $"pool-entry-{slot}";

    private PoolHead Next(PoolEntry entry)
    {
        entry.Head.AsOf = entry.Index;
        entry.Head.Memory ??= _head.Memory;
        return entry.Head;
    }

    private Task Begin()
    {
        var write = WriteAsync();
        _writing = write.IsCompleted ? null : write;
        return write;
    }

    private async Task AfterAsync()
    {
        while (_writing is { } earlier)
        {
            // Whoever asked for that one hears of its failure.
            await earlier.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Current);
        }

        _queued = null;
        await (_isOver ? Task.FromException(new ObjectDisposedException(nameof(PoolJournal))) : Begin());
    }

    private async Task WriteAsync()
    {
        try
        {
            while (!_isOver && Timed(PoolMeter.Difference, Next) is { } entry)
            {
                var began = clock?.GetTimestamp() ?? 0;
                await MakeRoomAsync(entry.Index);
                await records.WriteAsync(EntryName(entry.Index % Slots), entry);
                _stored.Apply(entry);
                meter?.Took(PoolMeter.Store, clock!.GetElapsedTime(began));
                _memoryWrittenAt = entry.Head.Memory is null ? _memoryWrittenAt : clock?.GetTimestamp();
                _head = Next(entry);
                _next = entry.Index + 1;
                Written++;
            }
        }
        catch (Exception exception)
        {
            // What it would have stored is not marked any more.
            _isAllDue = true;
            if (exception is Orleans.Storage.InconsistentStateException)
            {
                onOutdated?.Invoke();
            }

            throw;
        }
        finally
        {
            _writing = null;
        }
    }

    private T Timed<T>(string step, Func<T> work)
    {
        var began = clock?.GetTimestamp() ?? 0;
        var result = work();
        meter?.Took(step, clock!.GetElapsedTime(began));
        return result;
    }

    /// <summary>Writes the pages whose changes are in the slot that is needed, and a few whose changes are old.</summary>
    private async Task MakeRoomAsync(long index)
    {
        var late = _stored.Dirty().Where(page => _isRingOther || page.Since <= index - PageAfter).OrderBy(page => page.Since).ToList();
        foreach (var (page, _) in late.Where((dirty, i) => _isRingOther || i < PagesPerEntry || dirty.Since <= index - Slots))
        {
            await records.WriteAsync(PageName(page), _stored.Take(page));
            _stored.Clean(page);
        }

        _isRingOther = false;

        if (index % HeadAfter == 0)
        {
            await records.WriteAsync("pool-head", _head);
        }
    }

    private PoolEntry? Next()
    {
        var isAll = _isAllDue;
        var entry = Difference(isAll, out var isCut);
        _isAllDue = isAll ? entry is not null : isCut;
        Book.Saved();
        return entry;
    }

    /// <summary>What differs from what is stored, as much as fits into an entry; null where nothing does.</summary>
    /// <param name="isAll">Whether to look at all, or at what the book says came or went.</param>
    /// <param name="isCut">Whether it may lack something.</param>
    private PoolEntry? Difference(bool isAll, out bool isCut)
    {
        var entry = new PoolEntry { Index = _next };
        var (seen, leases) = (0, 0);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var put = new HashSet<string>(StringComparer.Ordinal);
        isCut = false;
        foreach (var job in isAll ? State.Jobs : Book.UnsavedJobs.Select(Book.Find).OfType<PooledJob>())
        {
            var id = PoolQuestion.IdOf(job.Request);
            var stored = _stored.Find(id);
            seen += stored is null ? 0 : 1;
            if (stored is null || IsChanged(job, stored))
            {
                if (put.Count < MaxChanges && put.Add(id))
                {
                    entry.Jobs.Add(job.Copy());
                }

                isCut |= put.Count == MaxChanges;
            }
        }

        foreach (var lease in isAll ? State.Leases : Book.UnsavedLeases.Order().Select(Book.Find).OfType<Lease>())
        {
            var id = PoolQuestion.IdOf(lease.Tenant, lease.Job);
            if (_stored.Has(lease))
            {
                leases++;
            }
            else if (entry.Leases.Count < MaxChanges && (put.Contains(id) || _stored.Find(id) is not null || entry.Jobs.Count == 0))
            {
                // Never before its job.
                entry.Leases.Add(lease);
                touched.Add(id);
            }
            else
            {
                isCut = true;
            }
        }

        foreach (var gone in isAll ? GoneLeases(leases) : Book.UnsavedLeases.Where(id => !Book.Has(id)).Select(_stored.Find).OfType<Lease>())
        {
            entry.EndedLeases.Add(gone.Id);
            touched.Add(PoolQuestion.IdOf(gone.Tenant, gone.Job));
        }

        entry.Jobs.AddRange((isAll ? State.Jobs : touched.Select(Book.Find).OfType<PooledJob>())
            .Where(job => touched.Contains(PoolQuestion.IdOf(job.Request)) && put.Add(PoolQuestion.IdOf(job.Request))).Select(job => job.Copy()));
        entry.EndedJobs.AddRange(isAll ? GoneJobs(seen) : Book.UnsavedJobs.Where(id => Book.Find(id) is null && _stored.Find(id) is not null));
        if (isAll)
        {
            entry.Nodes.AddRange(State.Nodes.Values.Where(node => !_stored.Has(node)).Take(MaxChanges));
            entry.EndedNodes.AddRange(_stored.Nodes.Select(node => node.Name).Where(name => !State.Nodes.ContainsKey(name)));
        }

        var changes = entry.Jobs.Count + entry.EndedJobs.Count + entry.Leases.Count + entry.EndedLeases.Count + entry.Nodes.Count + entry.EndedNodes.Count;
        var isMemoryDue = State.Memory.Revision != (_head.Memory?.Revision ?? 0)
            && (_isLast || _memoryWrittenAt is not { } last || clock!.GetElapsedTime(last) >= MaxForgottenMemory);
        var isHeadChanged = State.LastLeaseId != _head.LastLeaseId || !State.Draining.SetEquals(_head.Draining) || !IsSame(State.Removed, _head.Removed)
            || !IsSame(State.Reclaims, _head.Reclaims) || isMemoryDue;
        entry.Head = new PoolHead
        {
            LastLeaseId = State.LastLeaseId,
            Draining = [.. State.Draining],
            Memory = isMemoryDue ? State.Memory.Copy() : null,
            Removed = new Dictionary<string, long>(State.Removed, StringComparer.Ordinal),
            Reclaims = new Dictionary<string, DateTimeOffset>(State.Reclaims, StringComparer.Ordinal),
        };
        return changes == 0 && !isHeadChanged ? null : entry;
    }

    private IEnumerable<Lease> GoneLeases(int seen)
    {
        var known = seen < _stored.LeaseCount ? State.Leases.Select(lease => lease.Id).ToHashSet() : [];
        return seen < _stored.LeaseCount ? _stored.Leases.Where(lease => !known.Contains(lease.Id)) : [];
    }

    private IEnumerable<string> GoneJobs(int seen)
    {
        var known = seen < _stored.JobCount ? State.Jobs.Select(job => PoolQuestion.IdOf(job.Request)).ToHashSet(StringComparer.Ordinal) : [];
        return seen < _stored.JobCount ? _stored.Jobs.Select(job => PoolQuestion.IdOf(job.Request)).Where(id => !known.Contains(id)) : [];
    }

    private static bool IsSame<T>(Dictionary<string, T> one, Dictionary<string, T> other)
        where T : IEquatable<T> =>
        one.Count == other.Count && one.All(entry => other.TryGetValue(entry.Key, out var value) && value.Equals(entry.Value));

    private static bool IsChanged(PooledJob job, PooledJob stored) =>
        !ReferenceEquals(job.Request, stored.Request) || job.HasStarted != stored.HasStarted || job.Changes != stored.Changes
        || job.AllocatedAt != stored.AllocatedAt || job.RunSeconds - stored.RunSeconds >= MaxForgottenSeconds;
}
