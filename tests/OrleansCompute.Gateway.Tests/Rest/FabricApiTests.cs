using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Inferences;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Gateway.Tests.Datasets;
using OrleansCompute.Gateway.Tests.Jobs;
using OrleansCompute.Gateway.Tests.Support;

namespace OrleansCompute.Gateway.Tests.Rest;

/// <summary>The REST API through the SDK and Kestrel.</summary>
public sealed class FabricApiTests : IAsyncLifetime
{
    private GatewayHost host = null!;
    private FabricClient api = null!;

    public async Task InitializeAsync()
    {
        host = await GatewayHost.StartAsync(options => options.MaxArtifactBytes = 100_000);
        api = host.Api();
        await api.Tenants.ConfigureAsync(new TenantSpec { Name = "acme" });
    }

    public async Task DisposeAsync()
    {
        api.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Tenants_WhenConfigured_AreListed()
    {
        await api.Tenants.ConfigureAsync(new TenantSpec { Name = "beta", MaxAccelerators = 2, Plan = new PricePlan { Currency = "CHF" } });

        Assert.Equal(["acme", "beta"], (await api.Tenants.ListAsync()).Select(t => t.Name));
        Assert.Equal("CHF", (await api.Tenants.GetAsync("beta")).Plan.Currency);
    }

    [Fact]
    public async Task Jobs_WhenYamlIsSubmitted_CanBeListedShownAndCancelled()
    {
        var submitted = await api.Jobs.SubmitYamlAsync("acme", JobSpecYamlTests.Sound);

        Assert.Equal(JobState.Queued, submitted.State);
        Assert.True(double.IsNaN(submitted.Progress!.Loss));
        Assert.Equal(TimeSpan.FromSeconds(1.5), submitted.Progress.Remaining);
        Assert.Equal(["fashion-cnn"], (await api.Jobs.ListAsync("acme")).Select(j => j.Spec.Name));
        Assert.Equal(4, (await api.Jobs.GetAsync("acme", "fashion-cnn")).Spec.Model.Layers.Length);
        Assert.Equal(JobState.Cancelled, (await api.Jobs.CancelAsync("acme", "fashion-cnn")).State);
        var states = new List<JobState>();
        await foreach (var status in api.Jobs.WatchAsync("acme", "fashion-cnn"))
        {
            states.Add(status.State);
        }

        Assert.Equal([JobState.Cancelled], states);
    }

    [Fact]
    public async Task Jobs_WhenSpecIsSubmittedAsJson_IsTheSameSpec()
    {
        var spec = Gateway.Jobs.JobSpecYaml.Parse(JobSpecYamlTests.Sound).Spec!;

        var status = await api.Jobs.SubmitAsync(spec);

        Assert.Equal(spec.Training, status.Spec.Training);
        Assert.Equal(spec.Model.Layers.ToArray(), status.Spec.Model.Layers.ToArray());
    }

    [Theory]
    [InlineData("epochs: 4", "epochs: x", "training.epochs at line 12, column 21 is 'x'; allowed: a whole number.")]
    [InlineData("tenant: acme", "tenant: beta", "tenant is 'beta' in the spec; allowed: 'acme', as in the address.")]
    public async Task Jobs_WhenSpecIsWrong_AnswersTheSentence(string sound, string wrong, string sentence)
    {
        var error = await Assert.ThrowsAsync<FabricApiException>(
            () => api.Jobs.SubmitYamlAsync("acme", JobSpecYamlTests.Sound.Replace(sound, wrong, StringComparison.Ordinal)));

        Assert.Equal((HttpStatusCode.BadRequest, sentence), (error.Status, error.Detail));
    }

    [Fact]
    public async Task Jobs_WhenNameIsTakenOrUnknown_Answers400And404()
    {
        await api.Jobs.SubmitYamlAsync("acme", JobSpecYamlTests.Sound);

        var taken = await Assert.ThrowsAsync<FabricApiException>(() => api.Jobs.SubmitYamlAsync("acme", JobSpecYamlTests.Sound));
        var unknown = await Assert.ThrowsAsync<FabricApiException>(() => api.Jobs.GetAsync("acme", "unknown"));
        var cancelled = await Assert.ThrowsAsync<FabricApiException>(() => api.Jobs.CancelAsync("acme", "unknown"));
        var malformed = await Assert.ThrowsAsync<FabricApiException>(() => api.Jobs.GetAsync("acme", "../Job X"));

        Assert.Equal((HttpStatusCode.BadRequest, "The job name 'fashion-cnn' is taken; choose another one."), (taken.Status, taken.Detail));
        Assert.Equal((HttpStatusCode.NotFound, "There is no job 'acme/unknown'."), (unknown.Status, unknown.Detail));
        Assert.Equal(HttpStatusCode.NotFound, cancelled.Status);
        Assert.Equal(HttpStatusCode.BadRequest, malformed.Status);
        Assert.Contains("allowed: 1 to 64 characters", malformed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_WhenAsked_ShowTheirAccelerators()
    {
        var accelerator = (await api.Nodes.ListAsync())[0].Accelerators[0];

        Assert.Equal(("cpu0", 12.5, 0.25), (accelerator.Accelerator.Name, accelerator.Accelerator.ScoreGflops, accelerator.BusyFraction));
        Assert.Equal("default", (await api.Pools.GetAsync()).Name);
    }

    [Theory]
    [InlineData(typeof(TimeoutException), HttpStatusCode.GatewayTimeout, "did not answer in time")]
    [InlineData(typeof(Orleans.Runtime.OrleansException), HttpStatusCode.ServiceUnavailable, "try again in some seconds")]
    [InlineData(typeof(InvalidOperationException), HttpStatusCode.InternalServerError, "its log has the cause")]
    public async Task Pools_WhenTheGrainFails_AnswersAFittingStatusAndNoSecrets(Type failure, HttpStatusCode status, string sentence)
    {
        host.Grains.Pool("default").Failure = (Exception)Activator.CreateInstance(failure, "internal secret")!;

        var error = await Assert.ThrowsAsync<FabricApiException>(() => api.Pools.GetAsync());

        Assert.Equal(status, error.Status);
        Assert.Contains(sentence, error.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Artifacts_WhenUploaded_AreStoredUpToTheLimit()
    {
        var content = new byte[100_000];
        var stored = await api.Artifacts.UploadAsync("acme", new MemoryStream(content));
        Assert.Equal(new ArtifactInfo(stored.Sha256, 100_000), host.Artifacts.Find(stored.Sha256));

        var announced = await Assert.ThrowsAsync<FabricApiException>(
            () => api.Artifacts.UploadAsync("acme", new MemoryStream(new byte[100_001])));
        using var request = Request(HttpMethod.Put, "tenants/acme/artifacts", new StreamContent(new MemoryStream(new byte[200_000])));
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await host.Http.SendAsync(request);

        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, "The artifact has 100001 bytes; allowed: up to 100000."),
            (announced.Status, announced.Detail));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, chunked.StatusCode);
    }

    [Fact]
    public async Task Models_WhenInferencesCame_AreScoredAgainstTheLabels()
    {
        var labels = await api.Artifacts.UploadAsync("acme", new MemoryStream(IdxLabelsTests.Gzip(IdxLabelsTests.File(3, 1, 4, 1))));
        var added = await api.Datasets.AddVersionAsync("acme", "test", labels.Sha256, labels.Sha256);
        await host.Grains.Tenant("acme").Register(TenantResource.Dataset, "test");
        host.Grains.Model("acme", "fashion").Add(labels);
        await host.Grains.Tenant("acme").Register(TenantResource.Model, "fashion");
        var store = (IInferenceStore)host.Services.GetService(typeof(IInferenceStore))!;
        await store.AppendInferencesAsync("acme", "cam-1", "fashion", 1,
            [new(0, 3, 1, 1), new(1, 9, 1, 1), new(77, 9, 1, 1)], CancellationToken.None);
        await store.AppendInferencesAsync("acme", "cam-2", "fashion", 1, [new(2, 4, 1, 1)], CancellationToken.None);

        var summary = await api.Models.GetInferenceSummaryAsync("acme", "fashion", 0, "test");

        Assert.Equal(labels.Sha256, added.LabelsSha256);
        Assert.Equal((4, 3, 3, 2, "test@1", 1),
            (summary.Count, summary.DistinctSamples, summary.Labelled, summary.Correct, summary.Dataset, summary.Version));
        Assert.Equal(2.0 / 3, summary.AccuracyFraction);
        Assert.Equal([new DeviceAccuracy("cam-1", 3, 2, 1, 0.5), new DeviceAccuracy("cam-2", 1, 1, 1, 1)], summary.Devices);
        Assert.Equal(["test"], (await api.Datasets.ListAsync("acme")).Select(d => d.Name));
        Assert.Equal([1], (await api.Datasets.GetVersionsAsync("acme", "test")).Select(d => d.Version));
        Assert.Equal(["fashion"], (await api.Models.ListAsync("acme")).Select(m => m.Name));
        Assert.Equal(0.9, (await api.Models.GetVersionsAsync("acme", "fashion"))[0].Metrics["accuracy"]);
        var file = new MemoryStream();
        await api.Models.DownloadAsync("acme", "fashion", 1, file);
        Assert.Equal(labels.SizeBytes, file.Length);
        var missing = await Assert.ThrowsAsync<FabricApiException>(() => api.Models.DownloadAsync("acme", "fashion", 2, file));
        Assert.Equal(HttpStatusCode.NotFound, missing.Status);
    }

    [Fact]
    public async Task Devices_WhenProvisioned_ShowTwinsAndReadings()
    {
        var credentials = await api.Devices.ProvisionAsync("acme", "cam-1");
        var client = await host.ConnectAsync("acme", "cam-1");
        await client.PublishAsync(GatewayHost.Telemetry("acme", "cam-1", 1, 5), CancellationToken.None);

        Assert.Equal("acme/cam-1", credentials.UserName);
        Assert.Equal(["cam-1"], (await api.Devices.ListAsync("acme")).Select(d => d.Device));
        Assert.Equal("acme", (await api.Devices.GetAsync("acme", "cam-1")).Tenant);
        Assert.Empty(await api.Devices.GetAlarmsAsync("acme", "cam-1"));
        Assert.Equal(5, await api.Devices.CountReadingsAsync("acme", "cam-1"));
        Assert.Equal([3, 4], (await api.Devices.GetReadingsAsync("acme", "cam-1", afterSequence: 2, limit: 2)).Select(r => r.Sequence));
        var limit = await Assert.ThrowsAsync<FabricApiException>(() => api.Devices.GetReadingsAsync("acme", "cam-1", limit: 10_001));
        Assert.Equal("limit is '10001'; allowed: a whole number, 1 to 10000.", limit.Detail);
        Assert.Equal(5, (await api.Server.GetStatusAsync()).Gateway.ReadingsStored);
    }

    [Fact]
    public async Task Rollouts_WhenStarted_AreShown()
    {
        var spec = new RolloutSpec { Tenant = "acme", Name = "first", Model = "fashion", Devices = ["cam-1", "cam-2"] };

        Assert.Equal(RolloutState.Running, (await api.Rollouts.StartAsync(spec)).State);
        Assert.Equal(2, (await api.Rollouts.GetAsync("acme", "first")).Devices.Length);
        Assert.Empty(await api.Rollouts.ListAsync("acme"));
    }

    [Fact]
    public async Task Usage_WhenAsked_GivesTheInvoice()
    {
        Assert.Equal(12.5m, (await api.Usage.GetInvoiceAsync("acme", "2026-01")).AcceleratorSeconds);
        var error = await Assert.ThrowsAsync<FabricApiException>(() => api.Usage.GetInvoiceAsync("acme", "2026-13"));
        Assert.Equal("month is '2026-13'; allowed: yyyy-MM, for example 2026-01.", error.Detail);
    }

    [Theory]
    [InlineData("application/json", "{", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "null", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "[]", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"name\":\"x\",\"colour\":1}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"name\":\"x\",\"name\":\"y\"}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"name\":7}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"name\":null}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"name\":\"x\",\"maxAccelerators\":5000}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"name\":\"X Y\"}", HttpStatusCode.BadRequest)]
    [InlineData("text/plain", "{\"name\":\"x\"}", HttpStatusCode.UnsupportedMediaType)]
    public async Task Tenants_WhenBodyIsWrong_AnswersAProblem(string type, string body, HttpStatusCode status)
    {
        using var request = Request(HttpMethod.Post, "tenants", new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)));
        using var answer = await host.Http.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.False(string.IsNullOrWhiteSpace(problem.RootElement.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task AnyPost_WhenBodiesAreFuzzed_AnswersAClientError()
    {
        var random = new Random(11);
        var sound = Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(Gateway.Jobs.JobSpecYaml.Parse(JobSpecYamlTests.Sound).Spec!, JsonSerializerOptions.Web));
        string[] routes = ["tenants", "tenants/acme/jobs", "tenants/acme/rollouts", "tenants/acme/datasets/d"];
        string[] types = ["application/json", "application/yaml", "application/json; charset=utf-8"];
        for (var i = 0; i < 300; i++)
        {
            var body = i % 3 == 0 ? new byte[random.Next(200)] : sound.ToArray();
            for (var j = 0; j < 10 && body.Length > 0; j++)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(types[i % types.Length]);
            using var request = Request(HttpMethod.Post, routes[random.Next(routes.Length)], content);
            using var answer = await host.Http.SendAsync(request);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
    }

    [Fact]
    public async Task AnyPost_WhenBodyIsTooLarge_IsRefusedEvenWithoutALength()
    {
        using var request = Request(HttpMethod.Post, "tenants", new StreamContent(new MemoryStream(new byte[2_000_000])));
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = true;
        using var answer = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task UnknownRoute_WhenAsked_AnswersAProblem()
    {
        using var request = Request(HttpMethod.Get, "nonsense", null);
        using var answer = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no GET /api/v1/nonsense", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, new Uri(host.Address, $"api/v1/{path}")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", GatewayHost.OperatorKey);
        return request;
    }
}
