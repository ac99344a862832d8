using System.Collections.Immutable;
using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Explanations;

/// <summary>Pools of any shape, by seed, after a few rounds of a policy.</summary>
internal static class RandomPool
{
    public static readonly string[] Tenants = ["", "a", "b", "a-team"];

    public static PoolRound Round(int seed, ISchedulingPolicy policy, int mostJobs = 12, Func<JobSnapshot, Random, JobSnapshot>? shape = null)
    {
        var random = new Random(seed);
        var cluster = Cluster(random);
        var jobs = new JobSnapshot[random.Next(1, mostJobs + 1)];
        for (var i = 0; i < jobs.Length; i++)
        {
            jobs[i] = Job(random, i);
            jobs[i] = shape is null ? jobs[i] : shape(jobs[i], random);
        }

        var now = 100.0;
        for (var round = random.Next(0, 4); round > 0; round--, now += 60)
        {
            var some = jobs.Length - round;
            var decisions = policy.Decide(cluster, jobs[..Math.Max(0, some)], now);
            jobs = [.. Next(jobs[..Math.Max(0, some)], decisions, now, 60), .. jobs[Math.Max(0, some)..]];
        }

        return PoolRound.Ask(policy, cluster, jobs, now);
    }

    public static ClusterSnapshot Cluster(Random random)
    {
        var types = random.Next(1, 4);
        var nodes = Enumerable.Range(0, random.Next(1, 7)).Select(i => new NodeSnapshot
        {
            Name = $"n{i}", AcceleratorType = $"T{random.Next(types)}", Accelerators = random.Next(1, 9), IsDraining = random.Next(8) == 0,
            PricePerAcceleratorHour = random.Next(1, 5), WattsPerAccelerator = 100 * random.Next(1, 5),
        }).ToImmutableArray();
        var tenants = random.Next(2) == 0 ? TenantTree.Flat : TenantTree.Create(
        [
            new TenantQuota { Name = "a", MaxAccelerators = random.Next(2, 20) }, new TenantQuota { Name = "b", Weight = 2 },
            new TenantQuota { Name = "a-team", Parent = "a", Quota = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("T0", random.Next(1, 6)) },
        ]);
        return new ClusterSnapshot(nodes, tenants);
    }

    private static JobSnapshot Job(Random random, int i)
    {
        var requested = random.Next(1, 9);
        var isElastic = random.Next(2) == 0;
        var job = isElastic ? Elastic($"j{i}", i, 0.3 + (0.7 * random.NextDouble())) : Policies.PolicyWorld.Job($"j{i}", i, requested);
        return job with
        {
            RequestedAccelerators = requested,
            MinAccelerators = isElastic ? random.Next(1, requested + 1) : requested,
            MaxAccelerators = isElastic ? requested + random.Next(8) : requested,
            Tenant = Tenants[random.Next(Tenants.Length)],
            Types = random.Next(3) == 0 ? [$"T{random.Next(3)}"] : [],
            Priority = random.Next(4) == 0 ? random.Next(3) : 0,
            MayMixTypes = random.Next(3) == 0,
            ExpectedRemainingSeconds = random.Next(2) == 0 ? random.Next(60, 7200) : null,
        };
    }
}
