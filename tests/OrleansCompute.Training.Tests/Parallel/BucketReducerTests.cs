using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class BucketReducerTests
{
    private readonly GradientBucketPlan _plan = new(25, 10);
    private readonly float[] _sum = new float[25];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void End_WhateverTheOrderOfArrival_HasTheBitsOfASumInOrderOfRank(int seed)
    {
        // Values of very different size: any other order of addition gives other bits.
        var random = new Random(seed);
        float[][] gradients = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 25).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7)))).ToArray())];
        var expected = new GradientReducer(25);
        expected.Add([.. gradients.Select((gradient, rank) => new GradientContribution(rank, 1, gradient))]);
        var arrivals = (from worker in Enumerable.Range(0, 4) from bucket in Enumerable.Range(0, 3) select (worker, bucket)).ToArray();
        random.Shuffle(arrivals);
        var reducer = new BucketReducer(_plan);
        var round = reducer.Begin([true, true, true, true], _sum);

        foreach (var (worker, bucket) in arrivals)
        {
            reducer.Take(round, worker, Part(gradients[worker], bucket));
        }

        Assert.All(Enumerable.Range(0, 4), worker => Assert.Null(reducer.Fault(worker)));
        Assert.True(reducer.End([true, true, true, true]));
        Assert.Equal(expected.Sum.ToArray(), _sum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void End_WithoutAWorkerThatHadSentSome_CountsOnlyTheOthers(int lost)
    {
        var reducer = new BucketReducer(_plan);
        var round = reducer.Begin([true, true, true, false], _sum);
        float[][] gradients = [Filled(1), Filled(10), Filled(100)];
        for (var worker = 0; worker < 3; worker++)
        {
            for (var bucket = 0; bucket < (worker == lost ? 2 : 3); bucket++)
            {
                reducer.Take(round, worker, Part(gradients[worker], bucket));
            }
        }

        Assert.Equal("sent 2 gradient buckets of 3", reducer.Fault(lost));
        Assert.True(reducer.End([lost != 0, lost != 1, lost != 2, false]));
        Assert.Equal(Filled(111 - gradients[lost][0]), _sum);

        // What comes after the round does not reach the next one.
        var next = reducer.Begin([true, true, true, false], _sum);
        reducer.Take(round, lost, Part(gradients[lost], 2));
        Assert.Equal("sent 0 gradient buckets of 3", reducer.Fault(lost));
        reducer.Take(next, 1, Part(gradients[1], 0));
        Assert.Equal("sent 1 gradient buckets of 3", reducer.Fault(1));
    }

    [Fact]
    public void End_WithNobody_SaysSo()
    {
        var reducer = new BucketReducer(_plan);
        reducer.Begin([true, false], _sum);
        Assert.False(reducer.End([false, false]));
    }

    [Fact]
    public void Fault_OfBucketsThatDoNotFit_NamesThem()
    {
        var reducer = new BucketReducer(_plan);
        var round = reducer.Begin([true, true, true], _sum);
        reducer.Take(round, 0, new GradientBucket(3, new float[10]));
        reducer.Take(round, 1, new GradientBucket(2, new float[10]));
        reducer.Take(round, 2, new GradientBucket(0, new float[10]));
        reducer.Take(round, 2, new GradientBucket(0, new float[10]));

        Assert.Equal("sent gradient bucket 3; there are 3", reducer.Fault(0));
        Assert.Equal("sent 10 values in gradient bucket 2; it has 5", reducer.Fault(1));
        Assert.Equal("sent gradient bucket 0 twice", reducer.Fault(2));
    }

    private static float[] Filled(float value)
    {
        var values = new float[25];
        values.AsSpan().Fill(value);
        return values;
    }

    private GradientBucket Part(float[] gradient, int bucket)
    {
        var (offset, length) = _plan.Range(bucket);
        return new GradientBucket(bucket, gradient.AsMemory(offset, length));
    }
}
