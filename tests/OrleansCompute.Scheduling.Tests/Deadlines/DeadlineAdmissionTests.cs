using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Scheduling.Tests.Reservations;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Deadlines;

public sealed class DeadlineAdmissionTests
{
    private static readonly DeadlineAdmission Admission = new(new DeadlineOptions { SlackFraction = 0, SlackRestarts = 0 });

    [Fact]
    public void Check_WhenThereIsTime_SaysWithHowManyItIsMade()
    {
        // 4,000 s of work for one; with 4 at a speed of 4, in 1,000 s and a start of 30 s.
        var verdict = Admission.Check(Cluster(1, 8), [], Linear("a", 4000, 1040), 0, isElastic: true);
        Assert.True(verdict.IsAdmitted);
        Assert.Equal((4, "A", 1040.0), (verdict.Accelerators, verdict.Type, verdict.EarliestDeadlineSeconds));
        Assert.Equal(530, verdict.LeastSeconds, 1e-9);
        Assert.Equal("Makes its deadline in 17 min with 4 × A; at best it takes 9 min, with 8 × A.", verdict.Reason);
    }

    [Fact]
    public void Check_WhenItIsTooShort_SaysTheLeastTimeAndTheEarliestDeadline()
    {
        var verdict = Admission.Check(Cluster(1, 8), [], Linear("a", 4000, 500), 0, isElastic: true);
        Assert.False(verdict.IsAdmitted);
        Assert.InRange(verdict.EarliestDeadlineSeconds, 530, 531);
        Assert.Equal("Cannot make its deadline in 8 min: it takes 9 min at best, with 8 × A. The earliest that can be met is in 9 min.", verdict.Reason);
    }

    [Fact]
    public void Check_WhenOthersWerePromisedTheirs_CountsThem()
    {
        var first = Linear("a", 8 * 970, 1000);
        Assert.True(Admission.Check(Cluster(1, 8), [], first, 0, isElastic: true).IsAdmitted);
        var second = Admission.Check(Cluster(1, 8), [first], Linear("b", 8 * 470, 1000), 0, isElastic: true);
        Assert.False(second.IsAdmitted);
        Assert.Contains("but others were promised what it would need", second.Reason, StringComparison.Ordinal);
        Assert.InRange(second.EarliestDeadlineSeconds, 1470, 1475);
        Assert.False(Admission.Check(Cluster(1, 8), [first], Linear("c", 8 * 470, 600), 0, isElastic: true).IsAdmitted);
    }

    [Fact]
    public void Check_WhenSomeMayNotBeTakenAway_LeavesThemOut()
    {
        var fixedJob = Job("f", 0, 4) with { IsPreemptible = false, Allocation = Allocation.Of([new NodeShare(0, 4)]), RunSeconds = 1 };
        Assert.False(Admission.Check(Cluster(1, 8), [fixedJob], Linear("a", 8 * 900, 1000), 0, isElastic: true).IsAdmitted);
        Assert.True(Admission.Check(Cluster(1, 8), [fixedJob with { IsPreemptible = true }], Linear("a", 8 * 900, 1000), 0, isElastic: true).IsAdmitted);
        Assert.False(Admission.Check(Cluster(1, 8), [], Linear("a", 8 * 900, 1000), 0, isElastic: true, [4]).IsAdmitted);
        Assert.True(Admission.Check(Cluster(1, 8), [fixedJob with { ExpectedRemainingSeconds = 100 }], Linear("a", 4 * 900, 1000), 0, isElastic: true).IsAdmitted);
    }

    [Fact]
    public void Check_WhenTheLengthIsNotKnown_AsksForIt()
    {
        var verdict = Admission.Check(Cluster(1, 8), [], Job("a", 0, 2) with { DeadlineSeconds = 1e6 }, 0, isElastic: true);
        Assert.Equal((false, "A deadline needs the job's length: state how long it takes with 2."), (verdict.IsAdmitted, verdict.Reason));
        Assert.Throws<ArgumentException>(() => Admission.Check(Cluster(1, 8), [], Job("a", 0, 2), 0, isElastic: true));
    }

    [Fact]
    public void Check_WhenItNeverFits_SaysSo() => Assert.Contains(
        "Needs 9 accelerators", Admission.Check(Cluster(1, 8), [], Linear("a", 10, 1e6) with { RequestedAccelerators = 9, MinAccelerators = 9 }, 0, isElastic: true).Reason, StringComparison.Ordinal);

    [Fact]
    public void Check_WhenItIsRefused_AsksWhetherOthersAreServedOnceOnly()
    {
        // Nearly every deadline that the search tries can be met. Each plan asks the model of the first job as often.
        var counted = new Counting(Linear("a", 8 * 970, 1000).Goodput!);
        var first = Linear("a", 8 * 970, 1000) with { Goodput = counted };
        var options = new DeadlineOptions { SlackFraction = 0, SlackRestarts = 0 };
        _ = DeadlinePlan.Make(Cluster(1, 8), [first], 0, isElastic: true, options, JobLengths.None);
        var perPlan = counted.Calls;

        var verdict = Admission.Check(Cluster(1, 8), [first], Linear("b", 8 * 470, 1465), 0, isElastic: true);

        Assert.InRange(verdict.EarliestDeadlineSeconds, 1470, 1475);
        Assert.InRange((counted.Calls - perPlan) / perPlan, 5, 17);
    }

    [Fact]
    public void Check_OfAnyJobs_IsAPromiseThatThePolicyKeeps() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            // Whatever is admitted is done in time, with other jobs about that know no deadline.
            var random = new Random(seed);
            var policy = new DeadlinePolicy(SchedulingPolicies.Create(random.Next(2) == 0 ? "default" : "goodput"));
            var admission = new DeadlineAdmission();
            var world = new RoundWorld(policy, Cluster(random.Next(1, 4), 8), roundSeconds: 30);
            var promised = new List<JobSnapshot>();
            for (var i = 0; i < 14; i++)
            {
                var seconds = random.Next(300, 6000);
                var job = Elastic($"d{i}", world.Now, 0.6 + (0.4 * random.NextDouble())) with
                {
                    MaxAccelerators = random.Next(1, 17), DeadlineSeconds = world.Now + (seconds * (0.4 + (2 * random.NextDouble()))), ExpectedRemainingSeconds = seconds,
                };
                if (admission.Check(world.Cluster, world.Jobs, job, world.Now, policy.IsElastic).IsAdmitted)
                {
                    promised.Add(job);
                    world.Submit(job, seconds, statesLength: true);
                }

                world.Submit(Elastic($"o{i}", world.Now) with { MaxAccelerators = 8 }, random.Next(60, 1500));
                for (var round = random.Next(0, 12); round > 0; round--)
                {
                    world.Step();
                }
            }

            while (promised.Exists(job => !world.Ends.ContainsKey(job.Id)))
            {
                Assert.True(world.Now < 1e5, $"seed {seed}: never done");
                world.Step();
            }

            Assert.All(promised, job => Assert.True(
                world.Ends[job.Id] <= job.DeadlineSeconds, $"seed {seed}: {job.Id} ends at {world.Ends[job.Id]:0}, its deadline was {job.DeadlineSeconds:0}"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    private static JobSnapshot Linear(string id, double seconds, double deadline) =>
        Elastic(id, exponent: 1) with { DeadlineSeconds = deadline, ExpectedRemainingSeconds = seconds, MaxAccelerators = 8 };

    private sealed class Counting(IGoodputModel inner) : IGoodputModel
    {
        public int Calls { get; private set; }

        public double Goodput(string acceleratorType, int nodes, int accelerators)
        {
            Calls++;
            return inner.Goodput(acceleratorType, nodes, accelerators);
        }

        public int MaxTrustedAccelerators(string acceleratorType) => inner.MaxTrustedAccelerators(acceleratorType);
    }
}
