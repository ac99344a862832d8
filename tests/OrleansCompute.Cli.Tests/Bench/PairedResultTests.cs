using OrleansCompute.Cli.Bench;

namespace OrleansCompute.Cli.Tests.Bench;

public sealed class PairedResultTests
{
    [Fact]
    public void Create_WhenFiguresAreRates_TakesTheMedianOfTheTurnsAndTheBestOfEachSide()
    {
        var result = PairedResult.Create(
            "x", 1, "GFLOP/s", isTime: false, [new(100, 2e-6), new(90, 4e-6), new(40, 3e-6)], [new(50, 6e-6), new(60, 6e-6), new(80, 6e-6)]);

        Assert.Equal((90.0, 60.0), (result.Ours, result.Peer));
        Assert.Equal(1.5, result.Ratio!.Value, 9);
        Assert.Equal(100 / 80.0, result.RatioBest!.Value, 9);
        Assert.Equal(2.0, result.RatioCpu!.Value, 9);
        Assert.Equal(60 / 90.0, result.OursSpread, 9);
    }

    [Fact]
    public void Create_WhenFiguresAreTimes_IsAboveOneWhereOursAreShorter()
    {
        var result = PairedResult.Create("x", 1, "ms", isTime: true, [new(1, 1), new(3, 1)], [new(2, 1), new(6, 1)]);

        Assert.Equal((2.0, 2.0), (result.Ratio!.Value, result.RatioBest!.Value));
    }

    [Fact]
    public void Create_WhenThereIsNoPeer_LeavesItsFiguresOut()
    {
        var result = PairedResult.Create("x", 1, "ms", isTime: true, [new(1, 1)], []);

        Assert.Equal((1.0, null, null, null, null), (result.Ours, result.Peer, result.Ratio, result.RatioBest, result.RatioCpu));
    }
}
