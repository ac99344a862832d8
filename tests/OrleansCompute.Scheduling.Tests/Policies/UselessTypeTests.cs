using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Policies;

public sealed class UselessTypeTests
{
    private static readonly ClusterSnapshot World = new(
    [
        new NodeSnapshot { Name = "useless", AcceleratorType = "useless", Accelerators = 8 },
        new NodeSnapshot { Name = "useful", AcceleratorType = "useful", Accelerators = 2 },
    ]);

    public static TheoryData<string> Policies() => [.. SchedulingPolicies.Names, .. SchedulingPolicies.ClairvoyantNames];

    [Theory, MemberData(nameof(Policies))]
    public void Decide_WhenSpeedOnATypeIsZero_NeverPlacesAJobThere(string name)
    {
        JobSnapshot[] jobs = [.. Enumerable.Range(0, 6).Select(i => Stuck($"j{i}", i))];

        foreach (var policy in (ISchedulingPolicy[])[SchedulingPolicies.Create(name), PolicyPipeline.Create(name)])
        {
            var decisions = policy.Decide(World, jobs, 100);
            Assert.Equal(1, decisions.Count(decision => !decision.Allocation.IsEmpty));
            Assert.All(decisions.SelectMany(decision => decision.Allocation.Shares), share => Assert.Equal("useful", World.Nodes[share.Node].Name));
        }
    }

    [Theory, MemberData(nameof(Policies))]
    public void Decide_WhenSpeedIsZeroEverywhere_LetsOthersPass(string name)
    {
        var hopeless = Stuck("hopeless", 0) with { Goodput = new OnlyOn("nothing") };

        var decisions = SchedulingPolicies.Create(name).Decide(World, [hopeless, Stuck("next", 1)], 100);

        Assert.True(decisions[0].Allocation.IsEmpty);
        Assert.False(decisions[1].Allocation.IsEmpty);
    }

    [Theory, InlineData("fifo"), InlineData("tiresias"), InlineData("drf"), InlineData("bestfit")]
    public void Decide_WhenSpeedIsZeroEverywhere_SaysSo(string name)
    {
        var decision = SchedulingPolicies.Create(name).Decide(World, [Stuck("hopeless", 0) with { Goodput = new OnlyOn("nothing") }], 100)[0];

        Assert.Contains("needs 2; its speed on so many is 0 on each type that it accepts (useless, useful)", decision.Reason, StringComparison.Ordinal);
    }

    private static JobSnapshot Stuck(string id, double submitSeconds) => Job(id, submitSeconds, 2) with
    {
        MinAccelerators = 2, MaxAccelerators = 2, Goodput = new OnlyOn("useful"), KnownRemainingSeconds = 100,
    };

    private sealed class OnlyOn(string type) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => acceleratorType == type && accelerators == 2 ? 1 : 0;

        public int MaxTrustedAccelerators(string acceleratorType) => 2;
    }
}
