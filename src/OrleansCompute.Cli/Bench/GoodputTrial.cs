using System.Globalization;
using OrleansCompute.Cli.Datasets;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Silo;

namespace OrleansCompute.Cli.Bench;

/// <summary>A fabric of its own that jobs are sent to: server, pool, shards and all, as in production.</summary>
internal sealed class GoodputTrial : IAsyncDisposable
{
    private const string Tenant = "bench";
    private const string Train = "train";
    private const string Test = "test";
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(200);
    private readonly FabricServer _server;
    private readonly FabricClient _client;
    private readonly GoodputPlan _plan;
    private int _jobs;

    private GoodputTrial(FabricServer server, FabricClient client, GoodputPlan plan) => (_server, _client, _plan) = (server, client, plan);

    public static async Task<GoodputTrial> StartAsync(GoodputPlan plan, string folder, TimeProvider clock, CancellationToken cancellationToken)
    {
        var server = await FabricServer.StartAsync(
            new FabricServerOptions
            {
                DataFolder = folder,
                Nodes =
                [
                    .. Enumerable.Range(1, plan.Nodes).Select(node => new NodeSetup(
                        string.Create(CultureInfo.InvariantCulture, $"node-{node}"), [new AcceleratorOptions { Name = "cpu0", Threads = 1 }])),
                ],
            },
            clock,
            cancellationToken);
        FabricClient? client = null;
        try
        {
            client = new FabricClient(new FabricClientOptions { BaseAddress = server.HttpAddress, ApiKey = server.OperatorKey });
            var trial = new GoodputTrial(server, client, plan);
            await client.Tenants.ConfigureAsync(new TenantSpec { Name = Tenant }, cancellationToken);
            await trial.AddAsync(Train, "train", cancellationToken);
            await trial.AddAsync(Test, "t10k", cancellationToken);
            return trial;
        }
        catch
        {
            client?.Dispose();
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Trains once and waits for the end.</summary>
    /// <exception cref="CommandException">The job did not succeed.</exception>
    public Task<GoodputRun> RunAsync(int seed, bool isAdaptive, CancellationToken cancellationToken) => RunAsync(seed, isAdaptive, _plan.Epochs, cancellationToken);

    /// <summary>Trains for an epoch that nobody counts.</summary>
    public Task WarmUpAsync(CancellationToken cancellationToken) => RunAsync(seed: 0, isAdaptive: false, epochs: 1, cancellationToken);

    private async Task<GoodputRun> RunAsync(int seed, bool isAdaptive, int epochs, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"job-{++_jobs}");
        await _client.Jobs.SubmitAsync(Spec(name, seed, isAdaptive, epochs), cancellationToken);
        JobStatus? job = null;
        await foreach (var status in _client.Jobs.WatchAsync(Tenant, name, LookPeriod, cancellationToken))
        {
            job = status;
        }

        if (job is not { State: JobState.Succeeded, Result: { Accuracy: { } accuracy } result, Progress: { Batch: { } batch } progress, StartedAt: { } start, FinishedAt: { } end })
        {
            throw new CommandException($"Job {name} ended as {job?.State}: {job?.Reason}");
        }

        return new GoodputRun(
            seed, isAdaptive, (end - start).TotalSeconds, batch.SamplesComputed / result.ImagesPerSecond, accuracy, batch.BatchSize, progress.Step, batch.SamplesComputed,
            batch.NoiseScaleSamples, [.. job.Events.Where(entry => entry.Text.StartsWith("Batch of ", StringComparison.Ordinal)).Select(entry => entry.Text)]);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AddAsync(string name, string part, CancellationToken cancellationToken)
    {
        FileInfo File(string kind) => new(Path.Combine(_plan.Images, $"{part}-{kind}-ubyte.gz"));
        await DatasetUpload.AddAsync(_client, Tenant, name, File("images-idx3"), File("labels-idx1"), cancellationToken);
    }

    private JobSpec Spec(string name, int seed, bool isAdaptive, int epochs) => new()
    {
        Tenant = Tenant,
        Name = name,
        Model = new ModelSpec { Name = name, InputShape = [1, 28, 28], Layers = _plan.Layers },
        Data = new DataSpec { Dataset = Train, Validation = Test },
        Training = new TrainingSpec
        {
            Epochs = epochs,
            BatchSize = _plan.BatchSize,
            MaxBatchSize = isAdaptive ? _plan.MaxBatchSize : null,
            Seed = seed,
        },
        Resources = new ResourceSpec { MinAccelerators = _plan.Nodes, MaxAccelerators = _plan.Nodes },
    };
}
