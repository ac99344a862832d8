using Microsoft.Playwright;
using OrleansCompute.Dashboard.Tests.Stage;
using OrleansCompute.TestKit;

namespace OrleansCompute.Dashboard.Tests.Browser;

public sealed class PageTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private static readonly string[] _paths = ["", "nodes", "jobs", "jobs/acme/fashion", "devices", "devices/acme/edge-2", "models"];

    private readonly FabricStage _stage = SampleFabric.Create(TimeProvider.System.GetUtcNow());

    [RequiresProgramFact("chromium")]
    public async Task EveryPage_WhenOpened_RendersWithoutErrorsAndFitsItsWindow()
    {
        await using var host = await DashboardHost.StartAsync(_stage);
        // A folder here gets pictures of every page, for the eye.
        var shots = Environment.GetEnvironmentVariable("OC_DASHBOARD_SHOTS");
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (380, ColorScheme.Dark), (1280, ColorScheme.Dark), (400, ColorScheme.Light) })
        {
            await using var page = await chromium.OpenAsync(width, scheme: scheme);
            foreach (var path in _paths)
            {
                await page.GoLiveAsync(new Uri(host.Root, path));
                Assert.Equal(1, await page.Page.Locator("h1").CountAsync());
                var overflow = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(overflow <= 0, $"/{path} is {overflow} pixels wider than its window of {width}");
                if (shots is not null)
                {
                    var name = $"{(path.Length == 0 ? "overview" : path.Replace('/', '-'))}-{width}-{scheme}.png";
                    await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(shots, name), FullPage = true });
                }
            }

            Assert.Empty(page.Errors);
        }
    }
}
