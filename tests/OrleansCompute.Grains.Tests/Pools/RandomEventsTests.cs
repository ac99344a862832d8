using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>
/// The pool's grain under random sequences of what happens to it: submissions, ends, failures of jobs and nodes, silos that are killed,
/// calls that are lost on the way there or back. No accelerator is ever given to two, no number used twice, and when all is calm again
/// pool, nodes and jobs agree, and nothing stays held that nobody uses.
/// </summary>
public sealed class RandomEventsTests
{
    private readonly ManualTimeProvider _clock = new();
    private int _made;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    public async Task Pool_WhateverHappens_GivesNoAcceleratorTwiceAndLosesNone(int seed, bool isIncremental)
    {
        var random = new Random(seed);
        var world = new RandomFabric(seed);
        await using var fabric = await FabricCluster.StartAsync(
            [new TestNode("one"), new TestNode("two"), new TestNode("three")],
            _clock,
            options => options.IncrementalJobs = isIncremental ? 0 : options.IncrementalJobs,
            silo =>
            {
                silo.AddOutgoingGrainCallFilter(world);

                // The clock of the test is far ahead of what takes real time, such as reading a tenant from the disk.
                silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromDays(1));
                silo.Services.Configure<GrainCollectionOptions>(grains => grains.ActivationTimeout = TimeSpan.FromDays(1));
            });
        var silos = new List<string> { "one", "two", "three" };
        for (var node = 0; node < 4; node++)
        {
            world.With((nodes, _) => nodes[$"n{node}"] = new RandomFabric.RandomNode($"n{node}"));
            await fabric.Pool.Join(world.Snapshot($"n{node}"));
        }

        for (var phase = 0; phase < 3; phase++)
        {
            world.Loss = phase == 0 ? 0 : 0.15;
            for (var step = 0; step < 40; step++)
            {
                await HappenAsync(fabric, world, random);
                await LiveAsync(fabric, world, 1);
            }

            if (silos.Count > 1 && fabric.NodeOf(fabric.Pool) is { } leader)
            {
                silos.Remove(leader);
                await fabric.KillQuietlyAsync(leader);
            }

            world.Loss = 0;
            await CalmAsync(fabric, world, "all agree, and jobs that could run do not all wait", pool =>
                Agrees(pool, world) && (!pool.Leases.IsEmpty || pool.Queue.All(job => job.Request.MinAccelerators > Free(pool))));
        }

        world.With((_, jobs) => jobs.Values.Count(job => job.HasEnded = true));
        await CalmAsync(fabric, world, "nothing is held", pool => Agrees(pool, world) && pool.Leases.IsEmpty && pool.Queue.IsEmpty && pool.Running.IsEmpty);
        Assert.True(_made > 10);
    }

    private static int Free(PoolSnapshot pool) =>
        pool.Nodes.Where(node => node.State == NodeState.Ready).Sum(node => node.Accelerators.Length) - pool.Leases.Length;

    private static bool Agrees(PoolSnapshot pool, RandomFabric world) => world.With((nodes, jobs) =>
        pool.Leases.Select(lease => lease.Id).Order().SequenceEqual(nodes.Values.SelectMany(node => node.Leases.Keys).Order())
        && pool.Leases.Select(lease => lease.Id).Order().SequenceEqual(jobs.Values.Where(job => !job.HasEnded).SelectMany(job => job.Leases).Order())
        && pool.Nodes.All(node => (node.State == NodeState.Lost) == !nodes[node.Name].IsUp));

    private async Task CalmAsync(FabricCluster fabric, RandomFabric world, string what, Func<PoolSnapshot, bool> until)
    {
        // Leases expire after a minute of the fabric's time, which is 12 turns here. How many turns of the grain that takes, nobody knows: its
        // rounds wait for the disk and for calls, for which turns do not.
        var began = TimeProvider.System.GetTimestamp();
        for (var turn = 0; turn < 2_000 || TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2); turn++)
        {
            await LiveAsync(fabric, world, 1);
            for (var look = 0; look < 10; look++)
            {
                if (until(await CheckAsync(fabric, world)))
                {
                    return;
                }
            }
        }

        Assert.Fail($"This never happened: {what}. {Describe(await fabric.Pool.GetStatus(), world)}");
    }

    private static string Describe(PoolSnapshot pool, RandomFabric world) => world.With((nodes, jobs) => string.Join(
        "; ",
        pool.Leases.Select(lease => $"pool {lease.Id} {lease.Job} {lease.Node}/{lease.Accelerator}")
            .Concat(nodes.Values.Select(node => $"{node.Name} {(node.IsUp ? "up" : "down")}: {string.Join(' ', node.Leases.Keys)}"))
            .Concat(pool.Nodes.Select(node => $"{node.Name} {node.State}"))
            .Concat(jobs.Values.Where(job => !job.HasEnded).Select(job => $"{job.Request.Job} min {job.Request.MinAccelerators}: {string.Join(' ', job.Leases)}, gives {string.Join(' ', job.ToReturn)}"))
            .Concat(pool.Queue.Select(job => $"{job.Request.Job} waits: {job.Reason}"))));

    private async Task HappenAsync(FabricCluster fabric, RandomFabric world, Random random)
    {
        var node = $"n{random.Next(4)}";
        var job = world.With((_, jobs) => jobs.Values.Where(job => !job.HasEnded).Skip(random.Next(5)).FirstOrDefault());
        switch (random.Next(10))
        {
            case 0 or 1 or 2:
                var least = random.Next(1, 4);
                await SubmitAsync(fabric, world, new JobRequest
                {
                    Tenant = FabricCluster.TenantName,
                    Job = $"job{_made++}",
                    MinAccelerators = least,
                    MaxAccelerators = least + random.Next(4),
                    SubmittedAt = _clock.GetUtcNow(),
                    BatchSize = 64,
                    IsPreemptible = random.Next(3) > 0,
                    Priority = random.Next(3),
                });
                break;
            case 3 when job is not null:
                world.With((_, _) => job.HasEnded = true);
                break;
            case 4 when job is not null:
                // Its training broke: it gives all back, and waits.
                world.With((_, _) =>
                {
                    job.ToReturn.AddRange(job.Leases);
                    job.Leases.Clear();
                    return job.IsToResubmit = true;
                });
                break;
            case 5 when job is not null:
                // A worker was lost, and nobody was told of that.
                world.With((_, _) => job.Leases.Count > 1 && job.Leases.Remove(job.Leases.First()));
                break;
            case 6:
                world.With((nodes, _) =>
                {
                    nodes[node].Stop();
                    return true;
                });
                if (random.Next(2) == 0)
                {
                    await PatientlyAsync(() => fabric.Pool.Leave(node, "it died"));
                }

                break;
            case 7 or 8 when world.With((nodes, _) => !nodes[node].IsUp):
                world.With((nodes, _) =>
                {
                    nodes[node].Start();
                    return true;
                });
                await PatientlyAsync(() => fabric.Pool.Join(world.Snapshot(node)));
                break;
            default:
                await fabric.DeactivateAsync(fabric.Pool);
                break;
        }
    }

    private static async Task SubmitAsync(FabricCluster fabric, RandomFabric world, JobRequest request)
    {
        // The job exists before the pool knows of it, as the pool may call it at once.
        world.With((_, jobs) => jobs[$"{request.Tenant}/{request.Job}"] = new RandomFabric.RandomJob(request));
        await PatientlyAsync(() => fabric.Pool.Submit(request));
    }

    // As whoever calls a pool does: its silo may die at that moment, and what it was writing be read by the next.
    private static async Task PatientlyAsync(Func<Task> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception) when (attempt < 20)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Time passes: nodes and jobs say that they are there, and do what they were told.</summary>
    private async Task LiveAsync(FabricCluster fabric, RandomFabric world, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            foreach (var (name, incarnation, held) in world.With((nodes, _) => nodes.Values.Where(node => node.IsUp)
                .Select(node => (node.Name, node.Incarnation, node.Leases.Keys.ToList())).ToList()))
            {
                var answer = await fabric.Pool.Heartbeat(name, incarnation, [.. held]);
                if (!answer.IsKnown)
                {
                    await PatientlyAsync(() => fabric.Pool.Join(world.Snapshot(name)));
                }
                else
                {
                    world.With((nodes, _) => held.Except(answer.Leases).Count(lease => nodes[name].Leases.Remove(lease)));
                }
            }

            foreach (var job in world.With((_, jobs) => jobs.Values.ToList()))
            {
                await LiveAsync(fabric, world, job);
            }
        }

        await CheckAsync(fabric, world);
    }

    private static async Task LiveAsync(FabricCluster fabric, RandomFabric world, RandomFabric.RandomJob job)
    {
        var (tenant, name) = (job.Request.Tenant, job.Request.Job);
        var (back, hasEnded, isToResubmit, leases) = world.With((nodes, _) =>
        {
            // A worker whose node does not know its lease fails at its next step.
            job.ToReturn.AddRange(job.Leases.Where(lease => !nodes.Values.Any(node => node.Leases.ContainsKey(lease))));
            var back = job.ToReturn.ToList();
            job.ToReturn.Clear();
            job.Leases.ExceptWith(back);
            job.IsToResubmit |= back.Count > 0 && job.Leases.Count == 0 && !job.HasEnded;
            var isToResubmit = job.IsToResubmit;
            job.IsToResubmit = false;
            return (back, job.HasEnded, isToResubmit, job.Leases.ToList());
        });
        if (back.Count > 0)
        {
            await PatientlyAsync(() => fabric.Pool.Return(tenant, name, [.. back]));
        }

        if (hasEnded)
        {
            await PatientlyAsync(() => fabric.Pool.Withdraw(tenant, name));
        }
        else if (isToResubmit)
        {
            await PatientlyAsync(() => fabric.Pool.Submit(job.Request));
        }
        else if (leases.Count > 0)
        {
            await PatientlyAsync(() => fabric.Pool.Renew(tenant, name, new JobReport { Leases = [.. leases] }));
        }
    }

    private static async Task<PoolSnapshot> CheckAsync(FabricCluster fabric, RandomFabric world)
    {
        var pool = await fabric.Pool.GetStatus();
        Assert.Empty(world.Faults);
        Assert.Equal(pool.Leases.Length, pool.Leases.Select(lease => lease.Id).Distinct().Count());
        Assert.Equal(pool.Leases.Length, pool.Leases.Select(lease => (lease.Node, lease.Accelerator)).Distinct().Count());
        return pool;
    }
}
