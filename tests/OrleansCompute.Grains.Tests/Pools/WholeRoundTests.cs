using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>What comes while the policy thinks about all jobs of a large pool, and what becomes of its answer.</summary>
public sealed class WholeRoundTests : IAsyncLifetime, IDisposable
{
    private const string PoolName = "held";
    private const int Nodes = 8;
    private const int Limit = 5;
    private static readonly string[] Tenants = ["acme", "bounded", "rival"];
    private readonly ManualTimeProvider _clock = new();
    private readonly RandomFabric _world = new(1);
    private readonly WholeGate _gate = new(PoolName);
    private readonly List<JobRequest> _open = [];
    private FabricCluster _fabric = null!;
    private IPoolGrain _pool = null!;
    private int _made;

    public async Task InitializeAsync()
    {
        _fabric = await FabricCluster.StartAsync(
            [new TestNode("one")],
            _clock,
            options =>
            {
                // Rounds about all only when the test wants one; and nobody gives anything back for others meanwhile.
                (options.IncrementalJobs, options.RoundPeriod, options.LeaseDuration) = (0, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
                options.FairShareQuantum = TimeSpan.FromDays(1);
            },
            silo =>
            {
                silo.AddOutgoingGrainCallFilter(_world);
                silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromDays(1));
                silo.Services.Configure<GrainCollectionOptions>(grains => grains.ActivationTimeout = TimeSpan.FromDays(1));
            });
        _pool = _fabric.Grains.GetGrain<IPoolGrain>(PoolName);
        foreach (var tenant in Tenants)
        {
            await _fabric.Grains.GetGrain<ITenantGrain>(tenant).Configure(new TenantSpec { Name = tenant, MaxAccelerators = tenant == "bounded" ? Limit : 1_000 });
        }

        for (var node = 0; node < Nodes; node++)
        {
            _world.With((nodes, _) => nodes[$"n{node}"] = new RandomFabric.RandomNode($"n{node}"));
            await _pool.Join(_world.Snapshot($"n{node}"));
        }
    }

    public async Task DisposeAsync()
    {
        _gate.Open();
        await _fabric.DisposeAsync();
    }

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task Withdraw_WhileAllAreDecidedAbout_GivesWhatIsFreeToAnotherBeforeThatRoundEnds()
    {
        for (var job = 0; job < 100; job++)
        {
            await SubmitAsync("acme", 1);
        }

        var before = await CalmAsync();
        Assert.Equal(2 * Nodes, before.Leases.Length);
        await HoldAsync();

        var ended = before.Leases[0];
        await EndAsync(_open.Single(job => job.Job == ended.Job));
        var meanwhile = await UntilAsync("another job has what was free", pool => pool.Leases.Length == 2 * Nodes && pool.Leases.All(lease => lease.Id != ended.Id));
        Assert.Equal(1, _gate.Held);
        var given = meanwhile.Leases.Single(lease => (lease.Node, lease.Accelerator) == (ended.Node, ended.Accelerator));

        _gate.Open();
        var after = await CalmAsync();
        Assert.Equal(meanwhile.Leases.Select(lease => lease.Id), after.Leases.Select(lease => lease.Id));
        Assert.Contains(after.Leases, lease => lease.Id == given.Id);
    }

    [Fact]
    public async Task Submit_WhileAllAreDecidedAbout_IsDecidedWithinTheLimitsAndTheAnswerKeepsThem()
    {
        var first = await SubmitAsync("rival", 2 * Nodes);
        for (var job = 0; job < 100; job++)
        {
            await SubmitAsync("rival", 2 * Nodes);
        }

        await CalmAsync();

        // Held: an answer about all by which the limited tenant's job has to wait. Then what it waited for is free, and others of the tenant come.
        await SubmitAsync("bounded", Limit);
        await CalmAsync();
        await HoldAsync();
        await EndAsync(first);
        for (var job = 0; job < Limit; job++)
        {
            await SubmitAsync("bounded", 1);
        }

        var meanwhile = await UntilAsync("somebody has what is free", pool => pool.Leases.Length > 0);
        Assert.Equal(1, _gate.Held);
        _gate.Open();
        var after = await CalmAsync();
        Assert.Subset(after.Leases.Select(lease => lease.Id).ToHashSet(), meanwhile.Leases.Select(lease => lease.Id).ToHashSet());
    }

    [Fact]
    public async Task AnswerAboutAll_WhenAJobEndedJustBeforeIt_LeavesWhatIsFreeToTheNextDecision()
    {
        for (var job = 0; job < 100; job++)
        {
            await SubmitAsync("acme", 1);
        }

        var before = await CalmAsync();
        await HoldAsync();
        _gate.CloseFew();
        await EndAsync(_open.Single(job => job.Job == before.Leases[0].Job));
        await UntilAsync("one decision about a few is held", _ => _gate.FewHeld == 1);
        var answered = _gate.Answered;
        _gate.Open();
        await UntilAsync("the pool has the answer about all", _ => _gate.Answered > answered);

        // This one goes ahead of that answer, and the third event comes while it is decided about.
        await EndAsync(_open.Single(job => job.Job == before.Leases[1].Job));
        _gate.PassFew();
        await UntilAsync("another is held", _ => _gate.FewHeld == 2);
        await EndAsync(_open.Single(job => job.Job == before.Leases[2].Job));
        _gate.OpenFew();

        var after = await CalmAsync();
        Assert.Equal(2 * Nodes, after.Leases.Length);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task AnswerAboutAll_WhateverHappenedMeanwhile_UndoesNothingAndKeepsAllLimits(int seed)
    {
        var random = new Random(seed);
        for (var job = 0; job < 90; job++)
        {
            await SubmitAsync(Tenants[random.Next(Tenants.Length)], random.Next(1, 5));
        }

        await CalmAsync();
        for (var round = 0; round < 6; round++)
        {
            // What a new node has, the round has given away when it is held; and what comes meanwhile is given of it, too.
            var name = $"new{round}";
            _world.With((nodes, _) => nodes[name] = new RandomFabric.RandomNode(name, 6));
            _gate.Close();
            await _pool.Join(_world.Snapshot(name));
            await UntilAsync("the round is held", _ => _gate.Held == 1);
            var before = await CalmAsync(isHeld: true);
            for (var step = random.Next(1, 6); step > 0; step--)
            {
                var holders = _open.Where(job => before.Leases.Any(lease => lease.Job == job.Job)).ToList();
                if (random.Next(2) == 0 && holders.Count > 0)
                {
                    await EndAsync(holders[random.Next(holders.Count)]);
                }
                else
                {
                    await SubmitAsync(Tenants[random.Next(Tenants.Length)], random.Next(1, 5));
                }
            }

            await SubmitAsync("acme", 1);
            await UntilAsync("somebody has what is new", pool => pool.Leases.Any(lease => lease.Node == name));
            var meanwhile = await CalmAsync(isHeld: true);
            Assert.Equal(1, _gate.Held);
            _gate.Open();
            var after = await CalmAsync();
            var given = meanwhile.Leases.Select(lease => lease.Id).Except(before.Leases.Select(lease => lease.Id)).ToHashSet();
            Assert.Subset(after.Leases.Select(lease => lease.Id).ToHashSet(), given);
            Assert.Empty(given.Intersect(_world.With((_, jobs) => jobs.Values.SelectMany(job => job.ToReturn).ToList())));
            await ReturnAsync();
        }
    }

    private async Task<JobRequest> SubmitAsync(string tenant, int accelerators)
    {
        var request = new JobRequest
        {
            Tenant = tenant, Job = $"job{_made++}", MinAccelerators = accelerators, MaxAccelerators = accelerators, SubmittedAt = _clock.GetUtcNow(), BatchSize = 64,
        };
        _open.Add(request);
        _world.With((_, jobs) => jobs[$"{tenant}/{request.Job}"] = new RandomFabric.RandomJob(request));
        await _pool.Submit(request);
        return request;
    }

    private async Task EndAsync(JobRequest job)
    {
        _open.Remove(job);
        _world.With((_, jobs) => jobs[$"{job.Tenant}/{job.Job}"].HasEnded = true);
        await _pool.Withdraw(job.Tenant, job.Job);
    }

    // Others may have been asked to move together.
    private async Task ReturnAsync()
    {
        foreach (var (request, leases) in _world.With((_, jobs) => jobs.Values.Where(job => job.ToReturn.Count > 0).Select(job => (job.Request, job.ToReturn.ToList())).ToList()))
        {
            _world.With((_, jobs) =>
            {
                var job = jobs[$"{request.Tenant}/{request.Job}"];
                job.ToReturn.Clear();
                job.Leases.ExceptWith(leases);
                return true;
            });
            await _pool.Return(request.Tenant, request.Job, [.. leases]);
        }
    }

    /// <summary>A round about all begins, and is held when the policy has decided.</summary>
    private async Task HoldAsync()
    {
        _gate.Close();
        var index = _open.Count - 1;
        _open[index] = _open[index] with { SettingsVersion = _open[index].SettingsVersion + 1, Budget = 1e9m + _open[index].SettingsVersion };
        await _pool.Submit(_open[index]);
        await UntilAsync("the round is held", _ => _gate.Held == 1);
    }

    /// <summary>Nothing is left to be decided, and who was given something has it; but for a round that is held, if one is.</summary>
    private async Task<PoolSnapshot> CalmAsync(bool isHeld = false)
    {
        for (PoolSnapshot? last = null; ; )
        {
            // A few looks at the same: what is asked beside a round that is held shows only in what it gives.
            var now = await UntilAsync("all is decided", pool => isHeld || !pool.IsDeciding);
            for (var look = 0; look < 50 && IsSame(last, now); look++)
            {
                (last, now) = (now, await LookAsync());
                if (look == 49 && IsSame(last, now) && (isHeld || !now.IsDeciding) && IsHeldByNodes(now))
                {
                    return now;
                }
            }

            last = now;
        }
    }

    private bool IsHeldByNodes(PoolSnapshot pool) => _world.With((nodes, _) =>
        pool.Leases.Select(lease => lease.Id).ToHashSet().SetEquals(nodes.Values.SelectMany(node => node.Leases.Keys)));

    private static bool IsSame(PoolSnapshot? one, PoolSnapshot other) =>
        one is not null && one.Leases.Select(lease => lease.Id).SequenceEqual(other.Leases.Select(lease => lease.Id));

    private async Task<PoolSnapshot> UntilAsync(string what, Func<PoolSnapshot, bool> until)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2))
        {
            if (await LookAsync() is var pool && until(pool))
            {
                return pool;
            }
        }

        throw new TimeoutException($"This never happened: {what}.");
    }

    private async Task<PoolSnapshot> LookAsync()
    {
        _clock.Advance(TimeSpan.FromTicks(1));
        var pool = await _pool.GetStatus();
        Assert.Empty(_world.Faults);
        Assert.Equal(pool.Leases.Length, pool.Leases.Select(lease => (lease.Node, lease.Accelerator)).Distinct().Count());
        Assert.InRange(pool.Leases.Count(lease => lease.Tenant == "bounded"), 0, Limit);
        return pool;
    }
}
