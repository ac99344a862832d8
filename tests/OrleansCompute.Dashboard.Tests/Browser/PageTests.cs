using Microsoft.Playwright;
using OrleansCompute.Dashboard.Tests.Stage;
using OrleansCompute.TestKit;

namespace OrleansCompute.Dashboard.Tests.Browser;

public sealed class PageTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private static readonly string[] _paths = ["", "nodes", "jobs", "jobs/acme/fashion", "devices", "devices/acme/edge-2", "models", "tenants", "jobs/acme/letters"];

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

    [RequiresProgramFact("chromium")]
    public async Task OpenPage_WhenTheFabricChanges_ShowsItWithoutAReload()
    {
        await using var host = await DashboardHost.StartAsync(_stage);
        await using var page = await chromium.OpenAsync();
        await page.GoLiveAsync(new Uri(host.Root, "jobs/acme/fashion"));
        await page.Page.EvaluateAsync("window.notReloaded = true");
        await page.Page.Locator("[data-chart]").FocusAsync();

        _stage.Jobs["acme/fashion"] = SampleFabric.RunningJob(TimeProvider.System.GetUtcNow(), samplesDone: 98_700);

        await page.Page.GetByText("98,700 of 120,000 samples").WaitForAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        // The element that had the focus is still the same one.
        Assert.True(await page.Page.EvaluateAsync<bool>("document.activeElement.matches('[data-chart]')"));
        Assert.Empty(page.Errors);
    }

    [RequiresProgramFact("chromium")]
    public async Task Tenants_WhenOpened_ShowWhatTheyHoldMayHoldAndPayFor()
    {
        await using var host = await DashboardHost.StartAsync(_stage);
        await using var page = await chromium.OpenAsync();
        await page.GoLiveAsync(new Uri(host.Root, "tenants"));

        var tenant = await page.Page.Locator("tr[data-key='acme']").InnerTextAsync();
        Assert.All(new[] { "in research", "of 3", "4, 2 × cpu-avx512", "1 × cpu-avx2 (lends 1 of each)", "17 min 03 s", "0.28 EUR" }, text => Assert.Contains(text, tenant, StringComparison.Ordinal));

        Assert.Equal(
            "Tenant acme: its quota is 2 × cpu-avx512; pool default has 1 at present, so that it limits nothing.",
            await page.Page.Locator("p.note.warn").InnerTextAsync());

        // A quarter of an accelerator is paid for as a quarter.
        var job = await page.Page.Locator("tr[data-key='acme/quarter']").InnerTextAsync();
        Assert.All(new[] { "1 h 00 min", "25 %", "15 min 00 s", "0.2500 EUR" }, text => Assert.Contains(text, job, StringComparison.Ordinal));
        Assert.Empty(page.Errors);
    }

    [RequiresProgramFact("chromium")]
    public async Task OpenPage_WhenDevicesComeAndGo_KeepsTheRowsInOrder()
    {
        await using var host = await DashboardHost.StartAsync(_stage);
        await using var page = await chromium.OpenAsync();
        await page.GoLiveAsync(new Uri(host.Root, "devices"));
        var now = TimeProvider.System.GetUtcNow();

        _stage.Devices.TryRemove("acme/edge-2", out _);
        _stage.Devices["acme/edge-0"] = SampleFabric.Device("edge-0", now, 1);
        _stage.Devices["acme/edge-9"] = SampleFabric.Device("edge-9", now, 1);

        await page.Page.Locator("tr[data-key='acme/edge-9']").WaitForAsync();
        var keys = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('tbody tr')].map(row => row.dataset.key)");
        Assert.Equal(["acme/edge-0", "acme/edge-1", "acme/edge-3", "acme/edge-9"], keys);
        Assert.Empty(page.Errors);
    }

    [RequiresProgramFact("chromium")]
    public async Task EveryPage_WhenNamesAndTextsAreMarkup_ShowsThemAsText()
    {
        var now = TimeProvider.System.GetUtcNow();
        _stage.Devices[$"acme/{SampleFabric.Hostile}"] = SampleFabric.Device(SampleFabric.Hostile, now, 2) with
        {
            LastValues = [new Contracts.Devices.LastValue { Name = SampleFabric.Hostile, Value = 1, MeasuredAt = now }],
        };
        _stage.Alarms[$"acme/{SampleFabric.Hostile}"] =
            [new Contracts.Devices.Alarm { Device = SampleFabric.Hostile, Rule = SampleFabric.Hostile, Text = SampleFabric.Hostile, RaisedAtSequence = 1, RaisedAt = now }];
        _stage.Jobs["acme/fashion"] = _stage.Jobs["acme/fashion"] with { Reason = SampleFabric.Hostile };
        _stage.Rollouts["acme/fashion-v2"] = _stage.Rollouts["acme/fashion-v2"] with { Reason = SampleFabric.Hostile };
        await using var host = await DashboardHost.StartAsync(_stage);
        await using var page = await chromium.OpenAsync(400);
        var pages = _paths.Append(OrleansCompute.Dashboard.Routing.DashboardRoute.Device("acme", SampleFabric.Hostile));
        foreach (var path in pages.Where(path => path != "nodes"))
        {
            await page.GoLiveAsync(new Uri(host.Root, path));
            // The first event after the page itself has been merged into it: both ways of rendering have been used.
            await page.Page.EvaluateAsync("new Promise(resolve => new EventSource('_dashboard/live?path=').addEventListener('page', resolve, { once: true }))");
            Assert.Equal(0, await page.Page.Locator("main img, main script").CountAsync());
            Assert.NotEqual("owned", await page.Page.TitleAsync());
            if (path is not ("models" or "tenants" or "jobs/acme/letters") && path != "jobs/acme/fashion" && path != "devices/acme/edge-2")
            {
                Assert.Contains("<img src=x", await page.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
            }

            var overflow = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"/{path} is {overflow} pixels wider than its window");
        }

        Assert.Empty(page.Errors);
    }

    [RequiresProgramFact("chromium")]
    public async Task LossChart_WhenArrowKeysArePressed_ReadsThePoints()
    {
        await using var host = await DashboardHost.StartAsync(_stage);
        await using var page = await chromium.OpenAsync();
        await page.GoLiveAsync(new Uri(host.Root, "jobs/acme/fashion"));
        await page.Page.Locator("[data-chart]").FocusAsync();

        await page.Page.Keyboard.PressAsync("Home");
        Assert.StartsWith("step 0: 2.33", await page.Page.Locator("[data-chart] output").InnerTextAsync(), StringComparison.Ordinal);
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.StartsWith("step 4: ", await page.Page.Locator("[data-chart] output").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    [RequiresProgramFact("chromium")]
    public async Task EmptyFabric_WhenOpened_SaysWhatToDoNext()
    {
        await using var host = await DashboardHost.StartAsync(new FabricStage());
        await using var page = await chromium.OpenAsync();
        await page.GoLiveAsync(host.Root);

        var text = await page.Page.Locator("main").InnerTextAsync();

        Assert.Contains("oc job submit job.yaml", text, StringComparison.Ordinal);
        Assert.Contains("oc up", text, StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    [RequiresProgramFact("chromium")]
    public async Task SignIn_WhenTheKeyIsWrongThenRight_AdmitsAndGoesToThePageAskedFor()
    {
        const string key = "correct horse battery";
        await using var host = await DashboardHost.StartAsync(_stage, options => (options.RequireKey, options.OperatorKey) = (true, key));
        await using var page = await chromium.OpenAsync(400);

        await page.Page.GotoAsync(new Uri(host.Root, "jobs/acme/fashion").AbsoluteUri);
        Assert.EndsWith("/login?to=%2Fjobs%2Facme%2Ffashion", page.Page.Url, StringComparison.Ordinal);
        await page.Page.GetByLabel("Operator key").FillAsync("wrong horse battery");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        if (Environment.GetEnvironmentVariable("OC_DASHBOARD_SHOTS") is { } shots)
        {
            await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(shots, "login-400.png") });
        }

        await page.Page.GetByLabel("Operator key").FillAsync(key);
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await page.Page.Locator("#live[data-state=live]").WaitForAsync();
        Assert.Equal("/jobs/acme/fashion", new Uri(page.Page.Url).AbsolutePath);

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await page.Page.GetByLabel("Operator key").WaitForAsync();
        await page.Page.GotoAsync(host.Root.AbsoluteUri);
        Assert.Equal("/login", new Uri(page.Page.Url).AbsolutePath);
    }
}
