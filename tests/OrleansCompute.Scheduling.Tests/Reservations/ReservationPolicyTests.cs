using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Reservations;

public sealed class ReservationPolicyTests
{
    private const double Longest = 900;
    private static readonly ReservationOptions Options = new() { StarvationSeconds = 600, HoldSeconds = 300, HoldRestarts = 2 };

    public static TheoryData<string> Policies() => [.. SchedulingPolicies.Names];

    [Theory, MemberData(nameof(Policies))]
    public void Decide_UnderEndlessSmallJobs_StartsALargeGangWithinABound(string name) => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var world = Overload(seed, new ReservationPolicy(SchedulingPolicies.Create(name), Options), out var gang, out var bound);
            while (!world.Starts.ContainsKey(gang.Id))
            {
                Assert.True(world.Now <= gang.SubmitSeconds + bound, $"{name}: not started {world.Now - gang.SubmitSeconds} s after it came; allowed {bound}");
                Fill(world, seed);
                world.Step();
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(8));

    [Fact]
    public void Decide_WithoutReservations_LetsTheGangStarve()
    {
        // The same world, to show that the property above is not empty.
        var world = Overload(3, SchedulingPolicies.Create("las"), out var gang, out var bound);
        while (world.Now <= gang.SubmitSeconds + (4 * bound))
        {
            Fill(world, 3);
            world.Step();
        }

        Assert.DoesNotContain(gang.Id, world.Starts.Keys);
    }

    [Theory, MemberData(nameof(Policies))]
    public void Decide_WhenTwoGangsWantAlmostAll_StartsBothInTheOrderOfTheirWaiting(string name)
    {
        var world = new RoundWorld(new ReservationPolicy(SchedulingPolicies.Create(name), Options), Cluster(2, 4));
        for (var i = 0; i < 8; i++)
        {
            world.Submit(Small($"s{i}", 0, false), 1800 + (60 * i));
        }

        world.Step();
        world.Submit(Gang("g1", world.Now, 7) with { IsPreemptible = false }, 600);
        world.Step();
        world.Submit(Gang("g2", world.Now, 6) with { IsPreemptible = false }, 600);
        while (world.Jobs.Count > 0 && world.Now < 20_000)
        {
            world.Step();
        }

        Assert.Empty(world.Jobs);
        Assert.True(world.Starts["g1"] < world.Starts["g2"]);
    }

    [Fact]
    public void Decide_WhileAcceleratorsAreHeldBack_BackfillsOnlyWhatEndsInTimeOrMayBePreempted()
    {
        var running = Small("run", 0, false) with { Allocation = Allocation.Of([new NodeShare(0, 1)]), ExpectedRemainingSeconds = 500, RunSeconds = 700 };
        JobSnapshot[] jobs =
        [
            running, Gang("gang", 0, 4), Small("long", 5, false) with { ExpectedRemainingSeconds = 800 },
            Small("short", 6, false) with { ExpectedRemainingSeconds = 300 }, Small("unknown", 7, false), Small("yields", 8, true),
        ];
        var decisions = new ReservationPolicy(new LeastAttainedServicePolicy(), Options).Decide(Cluster(1, 4), jobs, 700);
        Assert.Equal([1, 0, 0, 1, 0, 1], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Contains("A is held back for job gang, which has waited 700 s and needs 4; 3 of them can be had now", decisions[2].Reason, StringComparison.Ordinal);

        // Expectations may be wrong: after twice the wait nothing is built on them any more.
        Assert.Equal([1, 0, 0, 0, 0, 1], new ReservationPolicy(new LeastAttainedServicePolicy(), Options)
            .Decide(Cluster(1, 4), jobs, 1300).Select(decision => decision.Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhenEnoughMayBePreempted_StartsTheGangAtOnceAndLetsItRunForAWhile()
    {
        var policy = new ReservationPolicy(new LeastAttainedServicePolicy(), Options);
        var jobs = Enumerable.Range(0, 4).Select(i => Small($"s{i}", 590, true) with { Allocation = Allocation.Of([new NodeShare(0, 1)]), AllocatedSeconds = 590 })
            .Select((job, i) => job with { Allocation = Allocation.Of([new NodeShare(i / 2, 1)]) }).Append(Gang("gang", 0, 3) with { AttainedAcceleratorSeconds = 1e6 }).ToArray();
        var first = policy.Decide(Cluster(2, 2), jobs, 600);
        Assert.Equal(3, first[4].Allocation.Accelerators);
        Assert.Equal(1, first.Take(4).Sum(decision => decision.Allocation.Accelerators));
        var later = Next(jobs, first, 600, 60);
        Assert.Equal(first[4].Allocation, policy.Decide(Cluster(2, 2), later, 660)[4].Allocation);
        Assert.True(policy.Decide(Cluster(2, 2), later, 1000)[4].Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_WhenNobodyWaitsLong_IsThePolicyWithin()
    {
        var jobs = new[] { Job("a", 0, 3), Job("b", 1, 2), Job("c", 2, 1) };
        Assert.Equal(
            new FifoPolicy().Decide(Cluster(1, 4), jobs, 10), new ReservationPolicy(new FifoPolicy()).Decide(Cluster(1, 4), jobs, 10));
    }

    [Fact]
    public void Make_WhenATenantsLimitKeepsTheGangWaiting_HoldsNothingBack()
    {
        var tree = TenantTree.Create([new TenantQuota { Name = "a", MaxAccelerators = 2 }]);
        var plan = Plan(Cluster(1, 4).WithTenants(tree), [Gang("gang", 0, 3) with { Tenant = "a" }]);
        Assert.Empty(plan.Reservations);
    }

    [Fact]
    public void Make_WhenOthersWerePromisedThem_LeavesThose()
    {
        var promised = System.Collections.Immutable.ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("A", 2);
        var tree = TenantTree.Create([new TenantQuota { Name = "b", Guaranteed = promised }]);
        var theirs = Job("b1", 0, 2) with { Tenant = "b", Allocation = Allocation.Of([new NodeShare(0, 2)]), RunSeconds = 700 };
        Assert.Empty(Plan(Cluster(1, 4).WithTenants(tree), [theirs, Gang("gang", 0, 3)]).Reservations);
        Assert.Equal(2, Assert.Single(Plan(Cluster(1, 4).WithTenants(tree), [theirs, Gang("gang", 0, 2)]).Reservations).Allocation.Accelerators);
    }

    [Fact]
    public void Create_WhenOptionsAreWrong_NamesThemAll()
    {
        var error = Assert.Throws<ArgumentException>(() => new ReservationPolicy(new FifoPolicy(), new ReservationOptions { StarvationSeconds = 0, ShareOfType = 2 }));
        Assert.Contains("StarvationSeconds is 0; allowed 1 to 31536000", error.Message, StringComparison.Ordinal);
        Assert.Contains("ShareOfType is 2; allowed 0 to 1", error.Message, StringComparison.Ordinal);
    }

    private static ReservationPlan Plan(ClusterSnapshot cluster, JobSnapshot[] jobs) =>
        ReservationPlan.Make(cluster, jobs, 700, false, Options, JobLengths.None);

    // Small jobs hold everything and two more always wait, when a gang comes that needs more than half.
    private static RoundWorld Overload(int seed, ISchedulingPolicy policy, out JobSnapshot gang, out double bound)
    {
        var random = new Random(seed);
        var cluster = new ClusterSnapshot([.. Enumerable.Range(0, random.Next(1, 5)).Select(i => new NodeSnapshot { Name = $"n{i}", AcceleratorType = "A", Accelerators = random.Next(2, 9) })]);
        var world = new RoundWorld(policy, cluster);
        for (var warm = random.Next(1, 10); warm > 0; warm--)
        {
            Fill(world, seed);
            world.Step();
        }

        // With service behind it, it comes after every new job where the least served go first.
        gang = Gang("gang", world.Now, random.Next((cluster.Accelerators / 2) + 1, cluster.Accelerators + 1)) with
        {
            AttainedAcceleratorSeconds = 1e6, RunSeconds = 1, AllocatedSeconds = world.Now,
        };
        world.Submit(gang, 600);

        // Its wait; the two before it in line, each with its turn; the end of what could not be preempted; rounds between.
        bound = Options.StarvationSeconds + (3 * (Longest + Options.HoldSeconds + 120)) + 120;
        return world;
    }

    private static void Fill(RoundWorld world, int seed)
    {
        var random = new Random(HashCode.Combine(seed, (int)world.Now));
        var waiting = world.Jobs.Count(job => job.Allocation.IsEmpty && job.Id != "gang");
        var free = world.Cluster.Accelerators - world.Jobs.Sum(job => job.Allocation.Accelerators);
        for (var i = waiting; i < 2 + free; i++)
        {
            world.Submit(Small($"s{world.Now}-{i}", world.Now, random.Next(2) == 0), random.Next(60, (int)Longest - 60), random.Next(3) == 0);
        }
    }

    private static JobSnapshot Small(string id, double submit, bool isPreemptible) =>
        Job(id, submit) with { MaxAccelerators = 1, IsPreemptible = isPreemptible };

    private static JobSnapshot Gang(string id, double submit, int size) => Job(id, submit, size) with { MinAccelerators = size, MaxAccelerators = size };
}
