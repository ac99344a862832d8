namespace OrleansCompute.Dashboard.Tests;

public sealed class DashboardOptionsValidatorTests
{
    private readonly DashboardOptionsValidator _validator = new();

    [Fact]
    public void Defaults_WhenNothingIsSet_AreAsDocumented()
    {
        var options = new DashboardOptions();

        Assert.True(options.RequireKey);
        Assert.Equal(TimeSpan.FromSeconds(1), options.RefreshInterval);
        Assert.Equal(TimeSpan.FromHours(12), options.SessionLength);
        Assert.Equal(500, options.MaxItemsPerKind);
    }

    [Fact]
    public void Validate_WhenEverythingIsWrong_NamesEachWithItsRangeAndKeepsTheKeySecret()
    {
        var result = _validator.Validate(null, new DashboardOptions
        {
            OperatorKey = "short-secret"[..5], RefreshInterval = TimeSpan.Zero, SessionLength = TimeSpan.FromDays(31), MaxItemsPerKind = 0,
        });

        Assert.Equal(4, result.Failures!.Count());
        Assert.Contains(result.Failures!, failure => failure.Contains("OperatorKey has 5 characters; allowed 12 to 256", StringComparison.Ordinal));
        Assert.Contains(result.Failures!, failure => failure.Contains("MaxItemsPerKind is 0; allowed 1 to 10000", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Failures!, failure => failure.Contains("short", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_WhenOpenToAll_NeedsNoKey() =>
        Assert.True(_validator.Validate(null, new DashboardOptions { RequireKey = false }).Succeeded);
}
