using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Training.Tests.Data;

public sealed class EpochSamplerTests
{
    [Fact]
    public void BatchPlan_OverAnEpoch_UsesEverySampleExactlyOnce()
    {
        var cases = from count in Gen.Choose(1, 3000) from batch in Gen.Choose(1, 500) from epoch in Gen.Choose(0, 100) from seed in Gen.Choose(-9, 9)
                    select (Count: count, Batch: batch, Epoch: epoch, Seed: seed);

        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), input =>
        {
            var order = new EpochSampler(input.Count, input.Seed).Permutation(input.Epoch);
            var plan = new BatchPlan(input.Count, input.Batch);
            var batches = Enumerable.Range(0, plan.StepCount).Select(step => order[plan.Positions(step)]).ToArray();
            return batches.SelectMany(batch => batch).Order().SequenceEqual(Enumerable.Range(0, input.Count))
                && batches[..^1].All(batch => batch.Length == input.Batch)
                && batches[^1].Length >= 1 && batches[^1].Length <= input.Batch;
        }));
    }

    [Fact]
    public void Permutation_ForEqualSeedAndEpoch_IsEqualAndElseDifferent()
    {
        var sampler = new EpochSampler(100, 7);

        Assert.Equal(sampler.Permutation(3), new EpochSampler(100, 7).Permutation(3));
        Assert.NotEqual(sampler.Permutation(3), sampler.Permutation(4));
        Assert.NotEqual(sampler.Permutation(3), new EpochSampler(100, 8).Permutation(3));
    }

    /// <summary>First outputs of SplitMix64 for seed 1234567, as published with many implementations: the order must never change.</summary>
    [Fact]
    public void SplitMix64_ForAKnownSeed_GivesThePublishedNumbers()
    {
        var random = new SplitMix64(1234567);
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423], new[] { random.Next(), random.Next(), random.Next() });
    }

    [Fact]
    public void Permutation_OverManyEpochs_IsUniform()
    {
        // 6 orders of 3 samples, 6000 epochs: 1000 each, standard deviation 29; five of them are allowed.
        var sampler = new EpochSampler(3, 1);
        var counts = Enumerable.Range(0, 6000).GroupBy(epoch => string.Concat(sampler.Permutation(epoch))).Select(group => group.Count()).ToArray();

        Assert.Equal(6, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 855, 1145));
    }

    [Fact]
    public void Positions_OutsideTheEpoch_NamesTheRange()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(10, 4).Positions(3));
        Assert.Contains("from 0 to 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_WithHugeBatch_DoesNotOverflow()
    {
        Assert.Equal(0..10, new BatchPlan(10, int.MaxValue).Positions(0));
        Assert.Equal(int.MaxValue, new BatchPlan(int.MaxValue, int.MaxValue - 1).Positions(1).End.Value);
    }
}
