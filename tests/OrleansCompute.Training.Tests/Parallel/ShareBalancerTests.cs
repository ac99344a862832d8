using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class ShareBalancerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Shares_AtTheBeginning_FollowTheGuesses() => Assert.Equal([20, 10], Create(200, 100).Shares(30));

    [Fact]
    public void Add_WithoutGuess_TakesTheMeanOfTheOthers()
    {
        var balancer = Create(100, 300);
        balancer.Add();
        Assert.Equal([10, 30, 20], balancer.Shares(60));
    }

    [Fact]
    public void Rebalance_WithMeasurements_ReplacesTheGuess()
    {
        var balancer = Create(1, 1);
        balancer.Observe(0, 90, Second);
        balancer.Observe(1, 30, Second);

        Assert.True(balancer.Rebalance());

        Assert.Equal([24, 8], balancer.Shares(32));
    }

    [Fact]
    public void Rebalance_AfterTheFirst_SmoothsByHalf()
    {
        var balancer = Create(1, 1);
        Window(balancer, 100, 100);
        Window(balancer, 300, 100);

        Assert.Equal(200, balancer.SamplesPerSecond(0));
        Assert.Equal([40, 20], balancer.Shares(60));
    }

    [Fact]
    public void Rebalance_WithSmallDifferences_KeepsTheShares()
    {
        var balancer = Create(100, 100);
        balancer.Observe(0, 102, Second);
        balancer.Observe(1, 99, Second);

        Assert.False(balancer.Rebalance());

        Assert.Equal([500, 500], balancer.Shares(1000));
    }

    [Fact]
    public void Rebalance_WhenWorkerGotNothing_ProbesItWithOneSample()
    {
        var balancer = Create(1000, 1);
        Assert.Equal([10, 0], balancer.Shares(10));
        balancer.Observe(0, 1000, Second);
        balancer.Rebalance();

        Assert.Equal([9, 1], balancer.Shares(10));

        Window(balancer, 1000, 1000);
        Assert.Equal([5, 5], balancer.Shares(10));
    }

    [Fact]
    public void Remove_WhenWorkerIsLost_KeepsTheOthersSpeeds()
    {
        var balancer = Create(10, 20, 30);
        balancer.Remove(1);
        Assert.Equal([10, 30], balancer.Shares(40));
    }

    [Fact]
    public void Options_Defaults_ArePinned()
    {
        var options = new ShareBalancerOptions();
        Assert.Equal((0.5, 0.03), (options.Smoothing, options.MinImprovementFraction));
        Assert.Contains(
            "Smoothing is 0; allowed above 0 to 1",
            Assert.Throws<ArgumentException>(() => new ShareBalancer(options with { Smoothing = 0 })).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Whatever is measured, and whoever joins or leaves: every sample of every batch is handed out exactly once.</summary>
    [Fact]
    public void Split_OverAnyHistory_UsesEverySampleExactlyOnce()
    {
        // Kinds: 0 measure, 1 rebalance, 2 lose a worker, 3 add a worker, 4 and 5 hand out a batch.
        var step = from kind in Gen.Choose(0, 5) from a in Gen.Choose(0, 1000) from b in Gen.Choose(1, 5000) select (Kind: kind, A: a, B: b);

        Check.QuickThrowOnFailure(Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var balancer = Create(5, 0, 50);
            foreach (var (kind, a, b) in steps)
            {
                switch (kind)
                {
                    case 0:
                        balancer.Observe(a % balancer.WorkerCount, a, TimeSpan.FromMilliseconds(b));
                        break;
                    case 1:
                        balancer.Rebalance();
                        break;
                    case 2 when balancer.WorkerCount > 1:
                        balancer.Remove(a % balancer.WorkerCount);
                        break;
                    case 3:
                        balancer.Add(a % 2 == 0 ? a : null);
                        break;
                    default:
                        var batch = Enumerable.Range(0, b).ToArray();
                        var shares = balancer.Shares(b);
                        if (!BatchSplit.Split(batch, shares).SelectMany(part => part.ToArray()).SequenceEqual(batch))
                        {
                            return false;
                        }

                        break;
                }
            }

            return true;
        }));
    }

    [Fact]
    public void Shares_WithAnyMeasuredSpeeds_AreWithinOneOfProportional()
    {
        var cases = from speeds in Gen.Choose(0, 100_000).NonEmptyListOf() from batch in Gen.Choose(1, 4096) select (Speeds: speeds.ToArray(), Batch: batch);

        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), input =>
        {
            var balancer = new ShareBalancer(new ShareBalancerOptions { MinImprovementFraction = 0 });
            Array.ForEach(input.Speeds, speed => balancer.Add(speed));
            balancer.Rebalance();
            var sum = input.Speeds.Sum(speed => (double)speed);
            var shares = balancer.Shares(input.Batch);
            return sum == 0 || shares.Zip(input.Speeds).All(pair => Math.Abs(pair.First - (pair.Second / sum * input.Batch)) <= 1 + 1e-6);
        }));
    }

    private static ShareBalancer Create(params double[] speeds)
    {
        var balancer = new ShareBalancer();
        Array.ForEach(speeds, speed => balancer.Add(speed));
        return balancer;
    }

    private static void Window(ShareBalancer balancer, params int[] samplesPerSecond)
    {
        for (var i = 0; i < samplesPerSecond.Length; i++)
        {
            balancer.Observe(i, samplesPerSecond[i], Second);
        }

        balancer.Rebalance();
    }
}
