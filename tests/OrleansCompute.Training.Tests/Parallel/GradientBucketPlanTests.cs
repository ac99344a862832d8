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
    [InlineData(-1)]
    [InlineData(3)]
    public void Range_OfNoBucket_Refuses(int bucket) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientBucketPlan(25, 10).Range(bucket));
}
