using OrleansCompute.Dashboard.Access;
using OrleansCompute.Dashboard.Routing;

namespace OrleansCompute.Dashboard.Tests.Routing;

public sealed class DashboardRouteTests
{
    [Theory]
    [InlineData("")]
    [InlineData("nodes")]
    [InlineData("jobs")]
    [InlineData("jobs/acme/fashion")]
    [InlineData("devices/acme/edge-1")]
    [InlineData("devices/acme/%3Cimg%20src%3Dx%3E%2F..%2F")]
    [InlineData("models")]
    [InlineData("tenants")]
    public void TryParse_WhenItIsAPage_GivesTheSameAddressBack(string path)
    {
        Assert.True(DashboardRoute.TryParse("/" + path, out var route));
        Assert.Equal(path, route.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("admin")]
    [InlineData("jobs/acme")]
    [InlineData("jobs//x")]
    [InlineData("jobs/a/b/c")]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("\\\\evil.example")]
    public void TryParse_WhenItIsNoPage_IsFalse(string? path)
    {
        Assert.False(DashboardRoute.TryParse(path, out _));
        Assert.Equal("", LocalPath.Clean(path));
    }
}
