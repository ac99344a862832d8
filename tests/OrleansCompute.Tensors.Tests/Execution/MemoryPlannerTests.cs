using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Execution;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class MemoryPlannerTests
{
    [Fact]
    public void Place_WithRandomLifetimes_NeverOverlapsWhatLivesAtTheSameTime() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var buffers = Draw(seed);

            var total = MemoryPlanner.Place(buffers);

            Assert.All(buffers, buffer => Assert.InRange(buffer.Offset, 0, total - MemoryPlanner.Align(buffer.Bytes)));
            Assert.All(buffers, buffer => Assert.Equal(0, buffer.Offset % MemoryPlanner.Alignment));
            Assert.DoesNotContain(
                buffers, a => buffers.Exists(b => a != b && a.Overlaps(b) && a.SharesMemory(b)));
            Assert.InRange(total, MemoryPlanner.LiveBytes(buffers), buffers.Sum(buffer => MemoryPlanner.Align(buffer.Bytes)));
        }));

    [Fact]
    public void Place_WhenTwoNeverMeet_GivesThemTheSameMemory()
    {
        PlannedBuffer[] buffers = [new(1000, 0, 1), new(900, 2, 3), new(64, 1, 2)];

        Assert.Equal(1024 + 64, MemoryPlanner.Place(buffers));
        Assert.Equal(buffers[0].Offset, buffers[1].Offset);
    }

    [Fact]
    public void Place_WhenTwoGapsFit_TakesTheSmaller()
    {
        // The first three leave gaps of 640 and 256 bytes at step 5; 200 bytes go into the second.
        PlannedBuffer[] buffers = [new(640, 0, 4), new(2048, 0, 9), new(256, 0, 4), new(1024, 0, 9), new(200, 5, 9), new(640, 5, 9)];

        MemoryPlanner.Place(buffers);

        Assert.True(buffers[4].SharesMemory(buffers[2]));
        Assert.True(buffers[5].SharesMemory(buffers[0]));
    }

    private static List<PlannedBuffer> Draw(int seed)
    {
        var random = new Random(seed);
        var buffers = new List<PlannedBuffer>();
        for (var i = 0; i < 40; i++)
        {
            var first = random.Next(50);
            buffers.Add(new PlannedBuffer(random.Next(1, 5000), first, first + random.Next(12)));
        }

        return buffers;
    }
}
