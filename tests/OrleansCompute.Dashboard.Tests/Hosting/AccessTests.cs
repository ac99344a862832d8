using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansCompute.Dashboard.Access;
using OrleansCompute.Dashboard.Tests.Stage;

namespace OrleansCompute.Dashboard.Tests.Hosting;

/// <summary>Who gets in, over real HTTP.</summary>
public sealed class AccessTests : IDisposable
{
    private const string Key = "correct horse battery";

    private readonly FabricStage _stage = SampleFabric.Create(TimeProvider.System.GetUtcNow());
    private readonly CookieContainer _cookies = new();
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;

    public AccessTests()
    {
        _handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies };
        _client = new HttpClient(_handler);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nodes")]
    [InlineData("jobs/acme/fashion")]
    [InlineData("devices/acme/edge-1")]
    [InlineData("models")]
    public async Task Page_WhenNotSignedIn_LeadsToTheSignInAndAsksNoGrain(string path)
    {
        await using var host = await StartAsync();

        using var response = await _client.GetAsync(new Uri(host.Root, path));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/login", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(0, _stage.Looks);
    }

    [Fact]
    public async Task LiveStream_WhenNotSignedIn_IsRefused()
    {
        await using var host = await StartAsync();

        using var response = await _client.GetAsync(new Uri(host.Root, "_dashboard/live?path="), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task SignIn_WhenTheKeyIsRight_SetsACookieThatScriptsAndOtherSitesCannotUse()
    {
        await using var host = await StartAsync();

        using var response = await SignInAsync(host, Key);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        var cookie = response.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("oc-dashboard=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(host.Root)).StatusCode);
    }

    [Fact]
    public async Task SignIn_WhenTheFormHasNoAntiforgeryToken_IsRefusedEvenWithTheRightKey()
    {
        await using var host = await StartAsync();

        using var response = await _client.PostAsync(new Uri(host.Root, "login"), new FormUrlEncodedContent([new("key", Key)]));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(_cookies.GetAllCookies(), cookie => cookie.Name == "oc-dashboard");
    }

    [Fact]
    public async Task SignIn_WhenItIsToLeadToAnotherSite_LeadsToTheOverview()
    {
        await using var host = await StartAsync();

        using var response = await SignInAsync(host, Key, "//evil.example/");

        Assert.Equal("/", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task SignIn_WhenGuessedTooOften_IsRefusedForAWhileEvenWithTheRightKey()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < OperatorKeyCheck.MaxFailures; i++)
        {
            using var wrong = await SignInAsync(host, "guess number " + i);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var response = await SignInAsync(host, Key);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task SignInLink_WhenOpenedTwice_AdmitsOnceAndLeavesNoKeyInTheAddress()
    {
        await using var host = await StartAsync();
        var link = host.Service<SignInLinks>().Create(host.Root);
        using var ahead = new HttpRequestMessage(HttpMethod.Get, link);
        ahead.Headers.Add("Sec-Purpose", "prefetch");
        using var prefetched = await _client.SendAsync(ahead);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, prefetched.StatusCode);

        using var first = await _client.GetAsync(link);

        Assert.Equal("/", first.Headers.Location!.OriginalString);
        using var page = await _client.GetAsync(host.Root);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var second = await stranger.GetAsync(link);
        Assert.Equal("/login?used=1", second.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task OtherEndpoints_WhenTheyHaveASchemeOfTheirOwn_TakeNoDashboardCookie()
    {
        await using var host = await DashboardHost.StartAsync(
            _stage,
            Protect,
            builder => builder.Services.AddAuthorization().AddAuthentication("rest").AddScheme<AuthenticationSchemeOptions, KnownBearer>("rest", null),
            app => app.MapGet("/api/v1/who", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization());
        using var signedIn = await SignInAsync(host, Key);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);

        using var withCookie = await _client.GetAsync(new Uri(host.Root, "api/v1/who"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Root, "api/v1/who"));
        request.Headers.Authorization = new("Bearer", "known");
        using var withBearer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, withCookie.StatusCode);
        Assert.Equal("rest-user", await withBearer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Start_WhenNoKeyIsSet_FailsAndSaysWhatToDo()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => DashboardHost.StartAsync(_stage, options => options.RequireKey = true));

        Assert.Contains("Dashboard:OperatorKey is not set", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jobs/acme/none")]
    [InlineData("devices/acme/none")]
    [InlineData("devices/acme/%3Cb%3E")]
    public async Task DetailPage_WhenThereIsNoSuchThing_Is404WithTheReason(string path)
    {
        await using var host = await DashboardHost.StartAsync(_stage);

        using var response = await _client.GetAsync(new Uri(host.Root, path));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("class=\"note bad\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private static void Protect(DashboardOptions options) => (options.RequireKey, options.OperatorKey) = (true, Key);

    private Task<DashboardHost> StartAsync() => DashboardHost.StartAsync(_stage, Protect);

    private async Task<HttpResponseMessage> SignInAsync(DashboardHost host, string key, string to = "")
    {
        var page = await _client.GetStringAsync(new Uri(host.Root, "login"));
        const string before = "name=\"__RequestVerificationToken\" value=\"";
        var start = page.IndexOf(before, StringComparison.Ordinal) + before.Length;
        var token = page[start..page.IndexOf('"', start)];
        return await _client.PostAsync(new Uri(host.Root, "login"), new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), new("key", key), new("to", to)]));
    }

    private sealed class KnownBearer(
        IOptionsMonitor<AuthenticationSchemeOptions> options, Microsoft.Extensions.Logging.ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers.Authorization == "Bearer known"
                ? AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "rest-user")], "rest")), "rest"))
                : AuthenticateResult.NoResult());
    }
}
