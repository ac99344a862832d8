using OrleansCompute.Tensors.Kernels.Cpu;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_WhenCalledManyTimes_RunsEveryPartOnceBeforeItReturns(int parts)
    {
        using var team = new WorkerTeam(parts, "test");
        var work = new Counting(parts);
        for (var call = 1; call <= 2000; call++)
        {
            team.Run(work);
            Assert.All(work.Runs, runs => Assert.Equal(call, runs));
        }
    }

    [Fact]
    public void Run_WhenAPartFails_ThrowsItsMessageAndGoesOn()
    {
        using var team = new WorkerTeam(3, "test");
        Assert.Contains("part 1 is broken", Assert.Throws<InvalidOperationException>(() => team.Run(new Failing())).Message, StringComparison.Ordinal);
        var work = new Counting(3);
        team.Run(work);
        Assert.All(work.Runs, runs => Assert.Equal(1, runs));
    }

    [Fact]
    public void Run_WhenCalledFromSeveralThreads_RunsOneAfterAnother()
    {
        using var team = new WorkerTeam(3, "test");
        var work = new Counting(3);
        Parallel.For(0, 500, _ => team.Run(work));
        Assert.All(work.Runs, runs => Assert.Equal(500, runs));
    }

    [Fact]
    public void Run_WhenDisposed_Throws()
    {
        var team = new WorkerTeam(2, "test");
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(new Counting(2)));
    }

    private sealed class Counting(int parts) : TeamWork
    {
        public int[] Runs { get; } = new int[parts];

        // Not atomic: two threads in one part, or a part that runs after the call, would be lost or counted late.
        public override void Run(int part, int parts) => Runs[part]++;
    }

    private sealed class Failing : TeamWork
    {
        public override void Run(int part, int parts)
        {
            if (part == 1)
            {
                throw new NotSupportedException("part 1 is broken");
            }
        }
    }
}
