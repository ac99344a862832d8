using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Jobs;

namespace OrleansCompute.Grains.Tests.Jobs;

public sealed class JobWorkTests
{
    [Fact]
    public void LeastGflop_OfANetwork_CountsEachProductForwardAndBack()
    {
        var model = new ModelSpec
        {
            Name = "m",
            InputShape = [1, 8, 8],
            Layers =
            [
                new LayerSpec { Kind = LayerKind.Conv, Filters = 4, Kernel = 3 },
                new LayerSpec { Kind = LayerKind.MaxPool, Size = 2 },
                new LayerSpec { Kind = LayerKind.Conv, Filters = 2, Kernel = 5 },
                new LayerSpec { Kind = LayerKind.Dense, Units = 3 },
            ],
        };

        // The first layer needs no gradient of its input.
        Assert.Equal(((4.0 * Inside(8, 3) * 4) + (6.0 * 4 * Inside(4, 5) * 2) + (6.0 * 2 * 16 * 3)) / 1e9, JobWork.LeastGflop(model), 1e-15);
        Assert.Equal((22 * 22, 14 * 14), (Inside(8, 3), Inside(4, 5)));
    }

    [Theory]
    [InlineData("float32", true)]
    [InlineData("float16", false)]
    [InlineData("bfloat16", false)]
    public void LeastGflop_InAPrecisionThatNoScoreIsOf_IsNotKnown(string precision, bool isKnown)
    {
        var spec = JobSamples.Spec("a");
        Assert.Equal(isKnown, JobWork.LeastGflop(spec with { Training = spec.Training with { Precision = precision } }) > 0);
    }

    [Fact]
    public void LikeOf_JobsThatTakeEquallyLong_IsTheSame()
    {
        var spec = JobSamples.Spec("a");
        Assert.Equal(JobWork.LikeOf(spec), JobWork.LikeOf(JobSamples.Spec("b", min: 2, max: 3, epochs: 9)));
        Assert.NotEqual(JobWork.LikeOf(spec), JobWork.LikeOf(JobSamples.Spec("a", batchSize: 51)));
        Assert.NotEqual(JobWork.LikeOf(spec), JobWork.LikeOf(spec with { Model = spec.Model with { Layers = [spec.Model.Layers[1]] } }));
    }

    [Fact]
    public void Learn_FromWorkersAndLeases_GivesTheBestOfEachKindPerWholeAccelerator()
    {
        var speeds = JobWork.Learn(
            [Worker("a", 100), Worker("b", 300, alone: 400), Worker("c", 30), Worker("gone", 999), Worker("a", double.NaN)],
            [Lease("a", "k", 10), Lease("b", "k", 20), Lease("c", "j", 10, share: 0.5)]);

        Assert.Equal([("j", 6.0), ("k", 20.0)], speeds.Select(speed => (speed.Kind, speed.SamplesPerGflop)));
    }

    // Places of a square and of the window around them that are both inside.
    private static int Inside(int side, int kernel)
    {
        var count = 0;
        for (var place = 0; place < side * side; place++)
        {
            for (var tap = 0; tap < kernel * kernel; tap++)
            {
                var (row, column) = ((place / side) + (tap / kernel) - (kernel / 2), (place % side) + (tap % kernel) - (kernel / 2));
                count += row >= 0 && row < side && column >= 0 && column < side ? 1 : 0;
            }
        }

        return count;
    }

    private static WorkerProgress Worker(string node, double rate, double alone = 0) =>
        new() { Node = node, Accelerator = "cpu0", ShareFraction = 1, ImagesPerSecond = rate, AloneImagesPerSecond = alone };

    private static Lease Lease(string node, string kind, double score, double share = 1) => new()
    {
        Id = 1,
        Pool = "default",
        Tenant = "acme",
        Job = "job",
        Node = node,
        NodeIncarnation = 1,
        Accelerator = "cpu0",
        ScoreGflops = score,
        GrantedAt = DateTimeOffset.UnixEpoch,
        ComputeShareFraction = share,
        Kind = kind,
    };
}
