using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using OrleansCompute.Scheduling.Tests.Governance;

namespace OrleansCompute.Scheduling.Tests.Incremental;

public sealed class IncrementalChoiceTests
{
    [Theory, InlineData("default"), InlineData("fifo")]
    public void Make_InAnyPool_AsksWhomEveryRuleNamesAndKeepsTheOthersAsTheyAre(string name)
    {
        var (policy, asked) = (SchedulingPolicies.Create(name), 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var (random, pool) = (new Random(seed), new RandomPool(seed, hasTenants: seed % 5 > 0));
            for (var round = 0; round < 12; round++)
            {
                pool.Round(policy, _ => { });
                var jobs = pool.Jobs.Select(job => random.Next(12) == 0 ? job with { DeadlineSeconds = pool.Now + random.Next(-100, 1_000) } : job).ToList();
                var options = new IncrementalOptions { Waiting = random.Next(5), Running = random.Next(4), Starving = random.Next(3), StarvationSeconds = 100, Deadlines = random.Next(6) };
                var changed = Enumerable.Range(0, jobs.Count).Where(_ => random.Next(6) == 0).ToList();
                var cluster = Guaranteed(pool.Cluster, random);

                using var choice = new IncrementalChoice(cluster, jobs, policy.IsElastic, pool.Now, options);
                var reference = new IncrementalChoiceReference(cluster, jobs, policy.IsElastic, pool.Now, options);
                var (isAsked, expected) = (choice.Make(changed), reference.Make(changed));
                Assert.Equal(expected, isAsked);
                Assert.Equal(reference.IsLeast, choice.IsLeast);
                if (isAsked is not null)
                {
                    asked += isAsked.Count(isOne => isOne);
                    Assert.Equal(
                        KeptJobsReference.Make(cluster, jobs, isAsked, pool.Now).Select(Shown), KeptJobs.Make(cluster, jobs, choice, isAsked, pool.Now).Select(Shown));
                }
            }
        }

        Assert.True(asked > 1_000);
    }

    private static (string, string, double, long, string, bool, Allocation) Shown(JobSnapshot job) => (
        job.Id, job.Tenant, job.CpuCoresPerAccelerator, job.HostMemoryBytesPerAccelerator, job.AffinityGroup, job.IsAntiAffine, job.Allocation);

    private static ClusterSnapshot Guaranteed(ClusterSnapshot cluster, Random random) => cluster.Tenants.IsFlat ? cluster : cluster.WithTenants(
        TenantTree.Create([.. cluster.Tenants.Tenants.Select(tenant => tenant.Parent.Length > 0 ? tenant : tenant with
        {
            Guaranteed = TenantWorld.Of("T0", Math.Min(random.Next(4), tenant.MaxAccelerators ?? int.MaxValue)), Quota = tenant.Quota.Clear(),
        })]));
}
