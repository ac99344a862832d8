using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Objectives;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class PoolOptionsValidatorTests
{
    [Fact]
    public void Validate_WhenSound_Succeeds()
    {
        Assert.True(Validate(new PoolOptions()).Succeeded);
        Assert.True(Validate(new PoolOptions { Cost = new CostOptions { PricePerKilowattHour = 0.3 }, Defragmentation = null }).Succeeded);
    }

    [Fact]
    public void Validate_WhenObjectivesAreWrong_NamesAll() => Assert.Collection(
        Validate(new PoolOptions
        {
            RestartSeconds = -1,
            SettleRestarts = double.NaN,
            Cost = new CostOptions { LeastSaving = double.NaN },
            Spot = new SpotOptions { LongSeconds = 0 },
            Defragmentation = new DefragmentationOptions { MaxMoves = 1_001 },
        }).Failures!,
        failure => Assert.StartsWith("Pool:RestartSeconds is -1", failure, StringComparison.Ordinal),
        failure => Assert.StartsWith("Pool:SettleRestarts is NaN; allowed: 0 to 1000", failure, StringComparison.Ordinal),
        failure => Assert.StartsWith("Pool:Cost: LeastSaving is NaN; allowed 0 to 0.99", failure, StringComparison.Ordinal),
        failure => Assert.StartsWith("Pool:Spot: LongSeconds is 0; allowed above 0", failure, StringComparison.Ordinal),
        failure => Assert.StartsWith("Pool:Defragmentation: MaxMoves is 1001; allowed 0 to 1000", failure, StringComparison.Ordinal));

    [Fact]
    public void Validate_WhenSpotIsNone_SaysSo() =>
        Assert.Equal("Pool:Spot: is none; allowed: options.", Assert.Single(Validate(new PoolOptions { Spot = null! }).Failures!));

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(PoolOptions options) => new PoolOptionsValidator().Validate(name: null, options);
}
