using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class GradientBucketPlanTests
{
    [Fact]
    public void Range_OfAnyPlan_CoversTheVectorOnceFromItsEnd() =>
        Prop.ForAll(Gen.Zip(Gen.Choose(1, 500), Gen.Choose(1, 600)).ToArbitrary(), sizes =>
        {
            var plan = new GradientBucketPlan(sizes.Item1, sizes.Item2);
            var end = plan.ParameterCount;
            for (var bucket = 0; bucket < plan.Count; bucket++)
            {
                var (offset, length) = plan.Range(bucket);
                Assert.InRange(length, 1, plan.BucketLength);
                Assert.Equal(end, offset + length);
                Assert.Equal((bucket, bucket), (plan.BucketOf(offset), plan.BucketOf(end - 1)));
                end = offset;
            }

            Assert.Equal(0, end);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(65_537, 1, "buckets of 16 or more")]
    [InlineData(int.MaxValue, 32_767, "buckets of 32768 or more")]
    public void Constructor_WithMoreBucketsThanAllowed_NamesTheShortestBucket(int parameters, int length, string advice)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new GradientBucketPlan(parameters, length));

        Assert.Contains("allowed 65536", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_536 * 16)]
    [InlineData((65_536 * 16) + 1)]
    [InlineData(int.MaxValue)]
    public void MinLength_OfAnyModel_IsAllowed(int parameters)
    {
        var length = GradientBucketPlan.MinLength(parameters);

        Assert.InRange(length, 16, int.MaxValue);
        Assert.InRange(new GradientBucketPlan(parameters, length).Count, 1, GradientBucketPlan.MaxCount);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Range_OfNoBucket_Refuses(int bucket) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientBucketPlan(25, 10).Range(bucket));
}
