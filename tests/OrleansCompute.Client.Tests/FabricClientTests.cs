using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OrleansCompute.Client.Tests.Support;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Client.Tests;

/// <summary>The client against a server that misbehaves; against the real API it is tested with the gateway.</summary>
public sealed class FabricClientTests
{
    private const string Job = """
        {"spec":{"tenant":"acme","name":"j","model":{"name":"m","inputShape":[1,28,28],"layers":[]},"data":{"dataset":"d"},
        "training":{"epochs":1,"batchSize":1}},"state":"STATE","reason":"r","submittedAt":"2026-01-01T00:00:00Z","generation":0,
        "fieldOfALaterVersion":[1,2]}
        """;

    [Fact]
    public async Task AnyCall_WhenNoServerListens_NamesTheAddressAndWhatToDo()
    {
        int port;
        using (var socket = new TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            port = ((IPEndPoint)socket.LocalEndpoint).Port;
        }

        using var client = new FabricClient(new FabricClientOptions { BaseAddress = new Uri($"http://127.0.0.1:{port}") });

        var error = await Assert.ThrowsAsync<FabricApiException>(() => client.Tenants.ListAsync());

        Assert.Null(error.Status);
        Assert.Equal($"No server answers at http://127.0.0.1:{port}; start one with 'oc up', or give the address of a running one.", error.Detail);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("ftp://127.0.0.1/")]
    public void Constructor_WhenAddressIsUnfit_SaysWhatIsAllowed(string address)
    {
        var error = Assert.Throws<FabricApiException>(
            () => new FabricClient(new FabricClientOptions { BaseAddress = new Uri(address, UriKind.RelativeOrAbsolute) }));
        Assert.Equal($"BaseAddress is '{address}'; allowed: an address that begins with http:// or https://.", error.Detail);
    }

    [Theory]
    [InlineData(400, "application/problem+json", """{"detail":"epochs is 0; allowed: 1 to 1000."}""", "epochs is 0; allowed: 1 to 1000.")]
    [InlineData(404, "text/html", "<html>", "does not know GET tenants/acme/jobs/j; is it an OrleansCompute server of this version?")]
    [InlineData(500, "application/problem+json", "not json", "answered 500 to GET tenants/acme/jobs/j without a reason")]
    [InlineData(200, "application/json", "{}", "in a form that this client does not know")]
    [InlineData(200, "application/json", "null", "answered nothing to GET tenants/acme/jobs/j")]
    [InlineData(200, "text/html", "<html>", "in a form that this client does not know")]
    public async Task AnyCall_WhenTheAnswerIsNoSuccess_ThrowsASentence(int status, string type, string body, string sentence)
    {
        await using var server = await AnswerServer.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            return context.Response.WriteAsync(body);
        });
        using var client = new FabricClient(new FabricClientOptions { BaseAddress = server.Address });

        var error = await Assert.ThrowsAsync<FabricApiException>(() => client.Jobs.GetAsync("acme", "j"));

        Assert.Equal(status, (int?)error.Status);
        Assert.Contains(sentence, error.Detail, StringComparison.Ordinal);
        Assert.Equal(error.Detail, error.Message);
    }

    [Fact]
    public async Task AnyCall_WhenKeyAndOddNamesAreGiven_SendsThemEscaped()
    {
        string? target = null, key = null;
        await using var server = await AnswerServer.StartAsync(context =>
        {
            target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            key = context.Request.Headers.Authorization;
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        });
        using var client = new FabricClient(new FabricClientOptions { BaseAddress = new Uri(server.Address, "/below/"), ApiKey = "the-key" });

        await Assert.ThrowsAsync<FabricApiException>(() => client.Jobs.GetAsync("a/b?c#d", "e f"));

        Assert.Equal(("/below/api/v1/tenants/a%2Fb%3Fc%23d/jobs/e%20f", "Bearer the-key"), (target, key));
        await Assert.ThrowsAsync<FabricApiException>(() => client.Jobs.GetAsync("", "job"));
    }

    [Fact]
    public async Task AnyCall_WhenCancelled_ThrowsOperationCancelled()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await AnswerServer.StartAsync(context =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var client = new FabricClient(new FabricClientOptions { BaseAddress = server.Address });
        using var stop = new CancellationTokenSource();

        var call = client.Tenants.ListAsync(stop.Token);
        await arrived.Task.OrFailAsync("the server got the request");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task WatchAsync_WhenJobGoesOn_AsksAtEveryIntervalUntilItEnds()
    {
        var states = new Queue<string>(["Queued", "Running", "Succeeded"]);
        await using var server = await AnswerServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(Job.Replace("STATE", states.Dequeue(), StringComparison.Ordinal));
        });
        var clock = new ManualTimeProvider();
        using var http = new HttpClient();
        using var client = new FabricClient(new FabricClientOptions { BaseAddress = server.Address }, http, clock);

        var seen = new List<JobState>();
        await using var watch = client.Jobs.WatchAsync("acme", "j", TimeSpan.FromSeconds(2)).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        seen.Add(watch.Current.State);
        for (var i = 0; i < 2; i++)
        {
            var next = watch.MoveNextAsync();
            Assert.False(next.IsCompleted);
            clock.Advance(TimeSpan.FromSeconds(1.9));
            Assert.False(next.IsCompleted);
            Assert.Equal(2 - i, states.Count);
            clock.Advance(TimeSpan.FromSeconds(0.1));
            Assert.True(await next.AsTask().OrFailAsync("the next status came"));
            seen.Add(watch.Current.State);
        }

        Assert.False(await watch.MoveNextAsync());
        Assert.Equal([JobState.Queued, JobState.Running, JobState.Succeeded], seen);
    }
}
