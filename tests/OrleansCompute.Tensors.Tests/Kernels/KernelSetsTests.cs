using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Kernels;

public sealed class KernelSetsTests
{
    [Fact]
    public void Create_WhenLevelIsUndefined_NamesAllowedLevels() =>
        Assert.Contains(
            "Scalar, Vector256, Vector512",
            Assert.Throws<ArgumentOutOfRangeException>(() => KernelSets.Create((SimdLevel)7)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void Create_WhenThreadsAreOutOfRange_NamesRange(int threads) =>
        Assert.Contains(
            "1 to 256",
            Assert.Throws<ArgumentOutOfRangeException>(() => KernelSets.Create(SimdLevel.Scalar, threads)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Create_WhenLevelMayBeMissing_CreatesItOrSaysWhatIsSupported()
    {
        foreach (var level in Enum.GetValues<SimdLevel>())
        {
            if (SimdSupport.IsSupported(level))
            {
                using var kernels = KernelSets.Create(level);
                Assert.StartsWith("cpu-", kernels.Name, StringComparison.Ordinal);
            }
            else
            {
                Assert.Contains(
                    $"{SimdSupport.Best}", Assert.Throws<PlatformNotSupportedException>(() => KernelSets.Create(level)).Message, StringComparison.Ordinal);
            }
        }
    }
}
