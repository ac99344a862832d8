using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tests.Model;

public sealed class SnapshotProblemTests
{
    private static readonly JobSnapshot Job = new() { Id = "j", SubmitSeconds = 0, RequestedAccelerators = 1 };
    private static readonly NodeSnapshot Node = new() { Name = "n", AcceleratorType = "A", Accelerators = 4 };

    [Fact]
    public void Problem_WhenJobIsRight_IsNull()
    {
        Assert.Null(Job.Problem());
        Assert.Null((Job with { Fraction = new DeviceFraction(0.5, 0), DeadlineSeconds = -5, Budget = -1 }).Problem());
        Assert.Null((Job with { ExpectedRemainingSeconds = double.NaN }).Problem());
    }

    [Fact]
    public void Problem_WhenJobHasSeveral_NamesAll()
    {
        var problem = (Job with
        {
            RequestedAccelerators = -3, MinAccelerators = 0, MaxAccelerators = -1, Weight = double.NaN, MinRunSeconds = -7,
            DeadlineSeconds = double.NaN, CpuCoresPerAccelerator = -2, HostMemoryBytesPerAccelerator = -4, SubmitSeconds = double.PositiveInfinity,
        }).Problem();

        Assert.NotNull(problem);
        Assert.All(
            ["RequestedAccelerators is -3", "MinAccelerators is 0", "MaxAccelerators is -1", "Weight is NaN", "MinRunSeconds is -7", "DeadlineSeconds is NaN",
                "CpuCoresPerAccelerator is -2", "HostMemoryBytesPerAccelerator is -4", "SubmitSeconds is"],
            part => Assert.Contains(part, problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1.0, 1, "ComputeShare is 1")]
    [InlineData(-0.5, 1, "ComputeShare is -0.5")]
    [InlineData(0.5, 2, "RequestedAccelerators is 2; allowed 1 with a Fraction")]
    public void Problem_WhenFractionIsImpossible_SaysSo(double share, int accelerators, string expected)
    {
        var job = Job with { Fraction = new DeviceFraction(share, 0), RequestedAccelerators = accelerators };

        Assert.Contains(expected, job.Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void ClusterSnapshot_WhenNodeIsWrong_NamesAll()
    {
        var wrong = Node with
        {
            Accelerators = -1, ScoreGflops = 0, CpuCores = double.NaN, HostMemoryBytes = -5, PricePerAcceleratorHour = -1,
            WattsPerAccelerator = double.PositiveInfinity, ReclaimSeconds = double.NaN,
        };

        var error = Assert.Throws<ArgumentException>(() => new ClusterSnapshot([Node with { Name = "first" }, wrong]));

        Assert.All(
            ["nodes[1]", "Accelerators is -1", "ScoreGflops is 0", "CpuCores is NaN", "HostMemoryBytes is -5", "PricePerAcceleratorHour is -1", "WattsPerAccelerator is", "ReclaimSeconds is NaN"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ClusterSnapshot_WhenNodeDrains_DoesNotCountIt()
    {
        var cluster = new ClusterSnapshot([Node, Node with { Name = "m", IsDraining = true }, Node with { Name = "o", IsReady = false }]);

        Assert.Equal(4, cluster.Accelerators);
        Assert.Equal(4, Assert.Single(cluster.AcceleratorsPerType));
        Assert.True(cluster.Tenants.IsFlat);
    }
}
