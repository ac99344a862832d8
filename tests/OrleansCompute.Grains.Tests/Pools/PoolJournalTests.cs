using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Pools;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolJournalTests
{
    [Fact]
    public void Load_WhenTheProcessDiedAtAnyWrite_HasWhatWasFlushedAndNothingOfTwoStates() =>
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
            seed => DieAsync(new System.Random(seed)).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public async Task FlushFew_OfWhatWentThroughTheBook_LooksAtNothingElse()
    {
        var store = new MemoryPoolRecords();
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        new PoolSamples(journal.State).Node("a", ("k", 1));
        var job = AddJob(journal.Book, "first");
        await journal.FlushAsync();
        AddLease(journal, job, "a");
        AddJob(journal.Book, "second");
        new PoolSamples(journal.State).Node("b", ("k", 1));
        await journal.FlushFewAsync();
        var again = await ReloadAsync(store);
        Assert.Equal((2, 1, 1), (again.Jobs.Count, again.Leases.Count, again.Nodes.Count));
        await journal.FlushAsync();
        Assert.Equal(2, (await ReloadAsync(store)).Nodes.Count);
    }

    [Fact]
    public async Task FlushFew_WhenMoreCameThanFitIntoAnEntry_WritesAllOfThem()
    {
        var store = new MemoryPoolRecords();
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        new PoolSamples(journal.State).Node("a", ("k", 1));
        for (var i = 0; i < 6_000; i++)
        {
            AddLease(journal, AddJob(journal.Book, $"j{i}"), "a");
        }

        await journal.FlushFewAsync();
        var again = await ReloadAsync(store);
        Assert.Equal((6_000, 6_000), (again.Jobs.Count, again.Leases.Count));
    }

    [Fact]
    public async Task Load_WhenAVersionWithFewerSlotsWrote_LosesNothing()
    {
        var store = new MemoryPoolRecords();

        // As the version with 64 slots named them, each with a job.
        var records = store.Open();
        for (var index = 200; index < 264; index++)
        {
            await records.ReadAsync<PoolEntry>($"pool-entry-{index % 64}");
            await records.WriteAsync($"pool-entry-{index % 64}", new PoolEntry { Index = index, Jobs = [new PoolSamples().Job($"j{index}")] });
        }

        PoolJournal journal;
        for (var i = 64; i < 400; i++)
        {
            journal = new PoolJournal(store.Open());
            await journal.LoadAsync();
            Assert.Equal(i, journal.State.Jobs.Count);
            AddJob(journal.Book, $"new{i}");
            await journal.FlushAsync();
        }
    }

    [Fact]
    public async Task Flush_WhenSeveralAskWhileOneIsUnderWay_WritesOnceForAllOfThem()
    {
        var store = new MemoryPoolRecords();
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        var pool = new PoolSamples(journal.State).Node("a", [.. Enumerable.Repeat(("k", 1.0), 20)]);
        var gate = new TaskCompletionSource();
        store.Delay = () => gate.Task;
        pool.Job("first");
        var first = journal.FlushAsync();
        var others = new List<Task>();
        for (var i = 0; i < 10; i++)
        {
            pool.Job($"more{i}");
            others.Add(journal.FlushAsync());
        }

        Assert.False(first.IsCompleted);
        gate.SetResult();
        store.Delay = () => Task.CompletedTask;
        await Task.WhenAll(others.Append(first));
        Assert.Equal(2, journal.Written);
        Assert.Equal(11, (await ReloadAsync(store)).Jobs.Count);
        await journal.FlushAsync();
        Assert.Equal(2, journal.Written);
    }

    [Fact]
    public async Task Flush_WhenOneJobComesToALargePool_WritesLittle()
    {
        var store = new MemoryPoolRecords();
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        var pool = new PoolSamples(journal.State);
        for (var node = 0; node < 100; node++)
        {
            pool.Node($"n{node}", [.. Enumerable.Repeat(("k", 1.0), 8)]);
        }

        for (var i = 0; i < 1_000; i++)
        {
            pool.Job($"j{i}");
        }

        await journal.FlushAsync();
        var (all, writes) = (store.Bytes, store.Writes);
        for (var i = 0; i < 200; i++)
        {
            pool.Job($"late{i}");
            await journal.FlushAsync();
        }

        // An entry each, and now and then a page: on average less than a twentieth of the whole.
        Assert.InRange(store.Bytes - all, 1, 200 * all / 20);
        Assert.InRange(store.Writes - writes, 200, 200 * 4);
        Assert.Equal(1_200, (await ReloadAsync(store)).Jobs.Count);
    }

    [Fact]
    public async Task Flush_WhenManyTenantsAreRemembered_WritesThemEvery30SecondsAndAtTheEnd()
    {
        var (store, clock) = (new MemoryPoolRecords(), new ManualTimeProvider());
        var journal = new PoolJournal(store.Open(), clock: clock);
        await journal.LoadAsync();
        var pool = new PoolSamples(journal.State);
        for (var i = 0; i < 1_000; i++)
        {
            journal.State.Memory.Use($"tenant{i}", 1, 0);
        }

        await journal.FlushAsync();
        var all = store.Bytes;
        clock.Advance(TimeSpan.FromSeconds(29));
        for (var i = 0; i < 40; i++)
        {
            journal.State.Memory.Use("tenant0", 1, 0);
            pool.Job($"j{i}");
            await journal.FlushAsync();
        }

        // 40 entries, 2 or 3 heads and some pages; it was all of the memory 40 times.
        Assert.InRange(store.Bytes - all, 1, 10 * all);
        journal.State.Memory.Use("tenant0", 1, 0);
        var before = journal.Written;
        await journal.FlushAsync();
        Assert.Equal(before, journal.Written);
        Assert.Equal((40, 1_000, 1.0), Remembered(await ReloadAsync(store)));
        clock.Advance(TimeSpan.FromSeconds(1));
        await journal.FlushAsync();
        Assert.Equal((40, 1_000, 42.0), Remembered(await ReloadAsync(store)));
        journal.State.Memory.Use("tenant0", 1, 0);
        await journal.StopAsync();
        Assert.Equal((40, 1_000, 43.0), Remembered(await ReloadAsync(store)));

        static (int Jobs, int Tenants, double Use) Remembered(PoolGrainState state) =>
            (state.Jobs.Count, state.Memory.Uses.Count, Math.Round(state.Memory.Uses["tenant0"].Use, 6));
    }

    [Fact]
    public async Task Flush_WhenThousandsOfJobsGetLeasesAtOnce_WritesThemInSeveralEntries()
    {
        var store = new MemoryPoolRecords();
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        var pool = new PoolSamples(journal.State).Node("a", ("k", 1));
        for (var i = 0; i < 6_000; i++)
        {
            pool.Hold(pool.Job($"j{i}"), "a");
        }

        await journal.FlushAsync();
        Assert.InRange(journal.Written, 2, 10);
        var again = await ReloadAsync(store);
        Assert.Equal((6_000, 6_000), (again.Jobs.Count, again.Leases.Count));
    }

    [Fact]
    public async Task Load_WhenAnOlderVersionStoredAllInOnePiece_TakesItOverAndGoesOn()
    {
        var store = new MemoryPoolRecords();
        var old = new PoolSamples().Node("a", ("k", 1), ("k", 1));
        var job = old.Job("running");
        old.Hold(job, "a");
        old.State.Draining.Add("a");
        old.State.Queue.Add(job.Request with { Job = "waiting" });
        var writer = store.Open();
        await writer.ReadAsync<PoolGrainState>("pool");
        await writer.WriteAsync("pool", old.State);

        for (var round = 0; round < 150; round++)
        {
            var journal = new PoolJournal(store.Open());
            await journal.LoadAsync();
            Assert.Equal((round == 0 ? 1L : round + 1, 2 + round), (journal.State.LastLeaseId, journal.State.Jobs.Count));
            Assert.Equal(round + 1, journal.State.Leases.Count);
            Assert.Contains("a", journal.State.Draining);
            var pool = new PoolSamples(journal.State);
            pool.Hold(pool.Job($"new{round}"), "a", 1);
            journal.State.LastLeaseId = round + 2;
            await journal.FlushAsync();
        }
    }

    [Fact]
    public async Task Flush_WhenAnotherActivationWrote_FailsAndSaysSo()
    {
        var store = new MemoryPoolRecords();
        var outdated = 0;
        var old = new PoolJournal(store.Open(), () => outdated++);
        await old.LoadAsync();
        var young = new PoolJournal(store.Open());
        await young.LoadAsync();
        new PoolSamples(young.State).Node("a", ("k", 1)).Job("young");
        await young.FlushAsync();
        new PoolSamples(old.State).Node("a", ("k", 1)).Job("old");
        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(old.FlushAsync);
        Assert.Equal(1, outdated);
        Assert.Equal("young", Assert.Single((await ReloadAsync(store)).Jobs).Request.Job);
    }

    private static async Task<PoolGrainState> ReloadAsync(MemoryPoolRecords store)
    {
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        return journal.State;
    }

    // Random changes, each followed by a flush; the store dies, or only fails for a while, at a random write. Then what is loaded is what
    // the last flush stored, or the one that failed: its entry may have been stored before its end was known.
    private static async Task DieAsync(System.Random random)
    {
        var store = new MemoryPoolRecords();
        var journal = new PoolJournal(store.Open());
        await journal.LoadAsync();
        var stored = Describe(journal.State);
        for (var life = 0; life < 4; life++)
        {
            var left = random.Next(1, 150);
            var isForEver = random.Next(2) == 0;
            store.Allows = _ => --left != 0 && (left > 0 || !isForEver);
            for (var step = 0; step < 90; step++)
            {
                // What was changed elsewhere is stored with the next of all, whatever else was stored before.
                var isFew = life % 2 == 1;
                if (isFew)
                {
                    ChangeBook(journal, random);
                }
                else
                {
                    Change(journal.State, random);
                }

                try
                {
                    await (isFew ? journal.FlushFewAsync() : journal.FlushAsync());
                    stored = Describe(journal.State);
                }
                catch (IOException)
                {
                    if (isForEver)
                    {
                        break;
                    }
                }
            }

            store.Allows = _ => true;
            var next = new PoolJournal(store.Open());
            await next.LoadAsync();
            Assert.Equal(stored, Describe(next.State));
            journal = next;
        }
    }

    private static void ChangeBook(PoolJournal journal, System.Random random)
    {
        var (state, book) = (journal.State, journal.Book);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            switch (random.Next(4))
            {
                case 0 when state.Jobs.Count > 0 && state.Nodes.Count > 0:
                    AddLease(journal, state.Jobs[random.Next(state.Jobs.Count)], state.Nodes.Keys.First());
                    break;
                case 1 when state.Leases.Count > 0:
                    book.Remove([state.Leases[random.Next(state.Leases.Count)].Id]);
                    break;
                case 2 when state.Jobs.Count > 0:
                    var job = state.Jobs[random.Next(state.Jobs.Count)];
                    book.Remove([.. book.OfJob(PoolQuestion.IdOf(job.Request)).Select(lease => lease.Id)]);
                    book.Remove(job);
                    break;
                default:
                    AddJob(book, $"j{state.Jobs.Count}-{random.Next(1_000_000)}");
                    break;
            }
        }
    }

    private static PooledJob AddJob(PoolBook book, string name)
    {
        var job = new PoolSamples().Job(name);
        book.Add(job);
        return job;
    }

    private static void AddLease(PoolJournal journal, PooledJob job, string node)
    {
        var samples = new PoolSamples(new PoolGrainState { Nodes = journal.State.Nodes, LastLeaseId = journal.State.LastLeaseId });
        journal.Book.Add([samples.Hold(job, node)]);
        journal.State.LastLeaseId = samples.State.LastLeaseId;
    }

    private static void Change(PoolGrainState state, System.Random random)
    {
        var pool = new PoolSamples(state);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            switch (random.Next(8))
            {
                case 0:
                    pool.Node($"n{random.Next(6)}", ("k", random.Next(1, 4)), ("k", 1));
                    break;
                case 1 or 2:
                    pool.Job($"j{state.Jobs.Count}-{random.Next(1_000_000)}");
                    break;
                case 3 when state.Jobs.Count > 0 && state.Nodes.Count > 0:
                    pool.Hold(state.Jobs[random.Next(state.Jobs.Count)], state.Nodes.Keys.First());
                    break;
                case 4 when state.Leases.Count > 0:
                    state.Leases.RemoveAt(random.Next(state.Leases.Count));
                    break;
                case 5 when state.Jobs.Count > 0:
                    var job = state.Jobs[random.Next(state.Jobs.Count)];
                    state.Leases.RemoveAll(lease => lease.Job == job.Request.Job);
                    state.Jobs.Remove(job);
                    state.Memory.Finish("acme", random.Next(1, 1_000));
                    break;
                case 6 when state.Nodes.Count > 1:
                    var node = state.Nodes.Keys.Last();
                    state.Nodes.Remove(node);
                    state.Removed[node] = random.Next(1, 9);
                    break;
                default:
                    _ = state.Draining.Add($"n{random.Next(3)}") || state.Draining.Remove("n1");
                    _ = state.Reclaims.TryAdd($"n{random.Next(3)}", PoolSamples.Start.AddSeconds(random.Next(1_000))) || state.Reclaims.Remove("n1");
                    break;
            }
        }
    }

    private static string Describe(PoolGrainState state) => string.Join(
        '\n',
        state.Jobs.Select(job => $"{PoolQuestion.IdOf(job.Request)} {job.HasStarted}").Order(StringComparer.Ordinal)
            .Concat(state.Leases.OrderBy(lease => lease.Id).Select(Describe))
            .Concat(state.Nodes.Values.Select(node => $"{node.Name} {node.Accelerators[0].Accelerator.ScoreGflops}").Order(StringComparer.Ordinal))
            .Append($"{state.LastLeaseId} [{string.Join(' ', state.Draining.Order(StringComparer.Ordinal))}] {state.Memory.Revision} {string.Join(' ', state.Removed.Keys.Order(StringComparer.Ordinal))} "
                + string.Join(' ', state.Reclaims.OrderBy(reclaim => reclaim.Key, StringComparer.Ordinal).Select(reclaim => $"{reclaim.Key}@{reclaim.Value:O}"))));

    private static string Describe(Lease lease) => $"{lease.Id} {lease.Job} {lease.Node}/{lease.Accelerator}";
}
