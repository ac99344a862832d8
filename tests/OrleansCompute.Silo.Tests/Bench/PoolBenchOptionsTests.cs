using OrleansCompute.Grains.Pools;
using OrleansCompute.Silo.Bench;

namespace OrleansCompute.Silo.Tests.Bench;

public sealed class PoolBenchOptionsTests
{
    private readonly PoolBenchOptions _options = new(80, 8, 2, 4, 10, 1, 1, "default");

    [Fact]
    public void Validate_WithAPolicyThatIsNone_NamesThemAll()
    {
        _options.Validate();

        var error = Assert.Throws<ArgumentException>(() => (_options with { Policy = "defualt" }).Validate());

        Assert.Contains("Policy is 'defualt'; allowed ", error.Message, StringComparison.Ordinal);
        Assert.All(PoolOptions.Policies, policy => Assert.Contains(policy, error.Message, StringComparison.Ordinal));
    }
}
