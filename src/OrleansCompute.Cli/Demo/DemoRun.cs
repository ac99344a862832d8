using System.Diagnostics;
using System.Globalization;
using OrleansCompute.Cli.Commands;
using OrleansCompute.Cli.Commands.Jobs;
using OrleansCompute.Cli.Datasets;
using OrleansCompute.Cli.Hosting;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Inferences;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Silo;

namespace OrleansCompute.Cli.Demo;

/// <summary>One run of the demo, step by step; everything goes over the REST API and MQTT, as it would from another machine.</summary>
internal sealed class DemoRun(CommandContext context, DemoOptions options, Func<DemoSummary, Task> write)
{
    private const string Tenant = "acme";
    private const string TrainData = "fashion-mnist";
    private const string TestData = "fashion-mnist-test";
    private readonly DemoView _view = new(context);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var data = DemoData.Open();
        await using var server = await StartServerAsync(cancellationToken);
        using var announcement = ServerFile.Announce(server, options.DataFolder);
        using var client = new FabricClient(new FabricClientOptions { BaseAddress = server.HttpAddress, ApiKey = server.OperatorKey });
        await client.Tenants.ConfigureAsync(new TenantSpec { Name = Tenant }, cancellationToken);
        await using var relay = TamperingRelay.Start(server.MqttEndpoint);
        await using var fleet = await DemoFleet.StartAsync(
            client, Tenant, data, server.MqttEndpoint.Port, relay.Port, Path.Combine(options.DataFolder, "agents"), cancellationToken);
        var waiter = new Waiter(context.Clock, fleet.CheckAsync);
        await WaitForFleetAsync(client, fleet, waiter, cancellationToken);
        var pool = await client.Pools.GetAsync(cancellationToken: cancellationToken);
        var job = await TrainAsync(client, data, cancellationToken);
        var model = await client.Models.GetVersionAsync(Tenant, job.Spec.Model.Name, job.Result!.ModelVersion, cancellationToken);
        _view.Model(model);
        await RollOutAsync(client, model, fleet, waiter, cancellationToken);
        var images = await WaitForInferencesAsync(client, model, fleet, waiter, cancellationToken);
        var readings = await WaitForReadingsAsync(client, data, fleet, waiter, cancellationToken);
        var tamper = await TamperTrial.RunAsync(client, model, fleet.Devices[0], relay, waiter, cancellationToken);
        _view.Tampered(tamper);

        // Looked at again at the very end: nothing may have been counted twice since.
        var inferences = await SummaryOfInferencesAsync(client, model, cancellationToken);
        var devices = await client.Devices.ListAsync(Tenant, cancellationToken);
        var summary = await SummariseAsync(client, pool, job, inferences, devices, data, fleet, tamper, start, cancellationToken);
        await write(summary);
        var failures = DemoChecks.Failures(
            summary,
            new DemoTarget(model.Version, DemoNodes.Create().Count, images, readings),
            inferences.DistinctSamples,
            devices.Sum(device => device.Report?.Inferences ?? 0));
        _view.Summary(summary, failures);
        if (options.Keep)
        {
            await KeepAsync(server, cancellationToken);
        }

        return failures.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private async Task<FabricServer> StartServerAsync(CancellationToken cancellationToken)
    {
        _view.Begin(options);
        var server = await FabricServer.StartAsync(
            new FabricServerOptions
            {
                DataFolder = options.DataFolder,
                HttpPort = options.HttpPort,
                MqttPort = options.MqttPort,
                Nodes = DemoNodes.Create(),
            },
            context.Clock,
            cancellationToken);
        _view.Server(server);
        return server;
    }

    private async Task WaitForFleetAsync(FabricClient client, DemoFleet fleet, Waiter waiter, CancellationToken cancellationToken)
    {
        await waiter.ForAsync(
            "all agents connect",
            () => client.Devices.ListAsync(Tenant, cancellationToken),
            devices => devices.Count(device => device.Connection is not null) == fleet.Devices.Count,
            cancellationToken);
        _view.Fleet(fleet);
    }

    private async Task<JobStatus> TrainAsync(FabricClient client, DemoData data, CancellationToken cancellationToken)
    {
        await DatasetUpload.AddAsync(client, Tenant, TrainData, data.TrainImages, data.TrainLabels, cancellationToken);
        await DatasetUpload.AddAsync(client, Tenant, TestData, data.TestImages, data.TestLabels, cancellationToken);
        var submitted = await client.Jobs.SubmitYamlAsync(Tenant, data.JobSpec, cancellationToken);
        _view.Job(submitted);
        var job = await JobProgressView.FollowAsync(context, client, Tenant, submitted.Spec.Name, cancellationToken);
        return job is { State: JobState.Succeeded, Result: not null }
            ? job
            : throw new CommandException($"The job ended as {job.State}: {job.Reason}");
    }

    private async Task RollOutAsync(
        FabricClient client, ModelVersion model, DemoFleet fleet, Waiter waiter, CancellationToken cancellationToken)
    {
        var spec = new RolloutSpec { Tenant = Tenant, Name = "first", Model = model.Name, Version = model.Version, Devices = [.. fleet.Devices] };
        await client.Rollouts.StartAsync(spec, cancellationToken);
        var rollout = await waiter.ForAsync(
            "the roll-out completes",
            () => client.Rollouts.GetAsync(Tenant, spec.Name, cancellationToken),
            status => status.State is not RolloutState.Running,
            cancellationToken);
        if (rollout.State != RolloutState.Completed)
        {
            throw new CommandException($"The roll-out ended as {rollout.State}: {rollout.Reason}");
        }

        _view.Rollout(rollout);
    }

    private async Task<long> WaitForInferencesAsync(
        FabricClient client, ModelVersion model, DemoFleet fleet, Waiter waiter, CancellationToken cancellationToken)
    {
        var images = (await client.Datasets.GetVersionsAsync(Tenant, TestData, cancellationToken))[^1].Count;
        var summary = await waiter.ForAsync(
            $"all {images} images are classified",
            () => SummaryOfInferencesAsync(client, model, cancellationToken),
            seen => seen.DistinctSamples >= images,
            cancellationToken);
        await waiter.ForAsync(
            $"the agents report {images} inferences",
            () => client.Devices.ListAsync(Tenant, cancellationToken),
            devices => fleet.Devices.Sum(device => Find(devices, device)?.Report?.Inferences ?? 0) >= images,
            cancellationToken);
        _view.Inferences(summary);
        return images;
    }

    private static Task<InferenceSummary> SummaryOfInferencesAsync(
        FabricClient client, ModelVersion model, CancellationToken cancellationToken) =>
        client.Models.GetInferenceSummaryAsync(Tenant, model.Name, model.Version, TestData, cancellationToken);

    private async Task<long> WaitForReadingsAsync(
        FabricClient client, DemoData data, DemoFleet fleet, Waiter waiter, CancellationToken cancellationToken)
    {
        var expected = DemoData.Motes.Select(mote => (long)MoteLabels.Read(data.MoteReadings, mote).Count).ToList();
        var devices = await waiter.ForAsync(
            "all readings are sent and acknowledged",
            () => client.Devices.ListAsync(Tenant, cancellationToken),
            devices => fleet.Devices.Index().All(entry =>
                Find(devices, entry.Item) is { Report: { } report } device
                && report.ReadingsSent == expected[entry.Index] && device.Readings == expected[entry.Index]),
            cancellationToken);
        _view.Readings(devices);
        return expected.Sum();
    }

    private async Task<DemoSummary> SummariseAsync(
        FabricClient client,
        PoolSnapshot pool,
        JobStatus job,
        InferenceSummary inferences,
        IReadOnlyList<DeviceStatus> devices,
        DemoData data,
        DemoFleet fleet,
        TamperTrial.Outcome tamper,
        long start,
        CancellationToken cancellationToken)
    {
        using var process = Process.GetCurrentProcess();
        var alarms = new AlarmScore(0, 0, 0);
        long stored = 0;
        for (var i = 0; i < fleet.Devices.Count; i++)
        {
            var raised = await client.Devices.GetAlarmsAsync(Tenant, fleet.Devices[i], cancellationToken);
            alarms += AlarmScore.Of(
                MoteLabels.Read(data.MoteReadings, DemoData.Motes[i]), [.. raised.Select(alarm => alarm.RaisedAtSequence)]);
            stored += await client.Devices.CountReadingsAsync(Tenant, fleet.Devices[i], cancellationToken);
        }

        var month = context.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var invoice = await client.Usage.GetInvoiceAsync(Tenant, month, cancellationToken);
        return new DemoSummary
        {
            Accuracy = inferences.AccuracyFraction ?? 0,
            TrainImagesPerSecond = job.Result!.ImagesPerSecond,
            Nodes = [.. job.Result.Workers.Select(worker => Node(pool, worker))],
            HeterogeneousEfficiency = job.Result.HeterogeneousEfficiency ?? 0,
            Agents = [.. fleet.Devices.Select(device => Agent(Find(devices, device)!, inferences))],
            TamperedPackageRefused = tamper.Refused,
            Telemetry = new TelemetrySummary(
                devices.Sum(device => device.Report?.ReadingsSent ?? 0), stored, devices.Sum(device => device.TwinUpdates)),
            Alarms = alarms,
            Usage = new UsageSummary((double)invoice.AcceleratorSeconds, invoice.Amount, invoice.Currency),
            WallSeconds = context.Clock.GetElapsedTime(start).TotalSeconds,
            PeakMemoryBytes = process.PeakWorkingSet64 + devices.Sum(device => device.Report?.PeakMemoryBytes ?? 0),
        };
    }

    private async Task KeepAsync(FabricServer server, CancellationToken cancellationToken)
    {
        _view.Keep(server, options);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }

    private static DeviceStatus? Find(IReadOnlyList<DeviceStatus> devices, string device) =>
        devices.FirstOrDefault(status => status.Device == device);

    private static NodeSummary Node(PoolSnapshot pool, WorkerProgress worker)
    {
        var accelerator = pool.Nodes.First(node => node.Name == worker.Node).Accelerators
            .First(slot => slot.Accelerator.Name == worker.Accelerator).Accelerator;
        return new NodeSummary(worker.Node, accelerator.Kind, accelerator.ScoreGflops, worker.ShareFraction, worker.ImagesPerSecond);
    }

    private static AgentSummary Agent(DeviceStatus device, InferenceSummary inferences)
    {
        var accuracy = inferences.Devices.FirstOrDefault(entry => entry.Device == device.Device);
        return new AgentSummary(
            device.Device,
            device.Report?.ModelVersion ?? 0,
            accuracy?.Count ?? 0,
            accuracy?.AccuracyFraction ?? 0,
            device.Report?.LatencyP50Ms ?? 0,
            device.Report?.LatencyP99Ms ?? 0);
    }
}
