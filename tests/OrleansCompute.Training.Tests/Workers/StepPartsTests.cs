using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class StepPartsTests
{
    [Fact]
    public void Add_OfSeveralWorkers_SumsUp()
    {
        var parts = Sum(Result(8, 2, 3.5), Result(0, 0, 0) with { GradientScale = 7 }, Result(4, 1, 1.5));

        Assert.Equal((5.0, 3, true, 1.0), (parts.Squares, parts.Parts, parts.IsWhole, parts.Scale));
    }

    [Fact]
    public void Add_WhereAWorkerMeasuredNothing_IsNotWhole() => Assert.False(Sum(Result(8, 2, 3.5), Result(4, 0, 0), Result(4, 1, 1)).IsWhole);

    [Fact]
    public void Add_WhereScalesDiffer_HasNone() =>
        Assert.Null(Sum(Result(8, 2, 3.5), Result(4, 1, 1) with { GradientScale = 2 }, Result(4, 1, 1) with { GradientScale = 2 }).Scale);

    private static StepParts Sum(params ShardStepResult[] results)
    {
        var parts = new StepParts();
        foreach (var result in results)
        {
            parts.Add(result);
        }

        return parts;
    }

    private static ShardStepResult Result(int count, int parts, double squares) =>
        new() { LossSum = 0, Correct = 0, Count = count, BusyTime = TimeSpan.Zero, Parts = parts, PartSquares = squares };
}
