using System.Collections.Immutable;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Dashboard.Tests.Stage;

/// <summary>A fabric as the demo has it: three nodes, a job under way and one that is done, three devices, a model on its way out.</summary>
internal static class SampleFabric
{
    public static readonly string Hash = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    /// <summary>What a hostile agent might call something.</summary>
    public const string Hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    public static FabricStage Create(DateTimeOffset now)
    {
        var stage = new FabricStage { Pool = Pool(now) };
        stage.Jobs["acme/fashion"] = RunningJob(now, samplesDone: 68_400);
        stage.Jobs["acme/fashion-small"] = FinishedJob(now);
        stage.Jobs["acme/letters"] = QueuedJob(now);
        stage.Tenants["acme"] = new TenantSpec
        {
            Name = "acme", Parent = "research", MaxAccelerators = 4, Weight = 2.5,
            Quota = ImmutableDictionary<string, int>.Empty.Add("cpu-avx512", 2), Guaranteed = ImmutableDictionary<string, int>.Empty.Add("cpu-avx2", 1), LendingLimit = 1,
        };
        stage.Usage["acme"] =
        [
            new InvoiceLine { Job = "fashion", AcceleratorSeconds = 123.5m, HeldSeconds = 123.5m, Amount = 0.0343m },
            new InvoiceLine { Job = "quarter", AcceleratorSeconds = 900, HeldSeconds = 3600, Amount = 0.25m },
        ];
        for (var i = 1; i <= 3; i++)
        {
            stage.Devices[$"acme/edge-{i}"] = Device($"edge-{i}", now, i);
        }

        stage.Alarms["acme/edge-2"] =
        [
            new Alarm { Device = "edge-2", Rule = "deviation", Text = "humidity is 71.30 %, expected 40.10 to 52.80", RaisedAtSequence = 812, RaisedAt = now.AddMinutes(-9), ClearedAtSequence = 840 },
            new Alarm { Device = "edge-2", Rule = "deviation", Text = "temperature is 35.42 °C, expected 24.10 to 29.80", RaisedAtSequence = 2_114, RaisedAt = now.AddSeconds(-48) },
        ];
        stage.Models["acme/fashion-cnn"] = [Model(1, now.AddHours(-3), 0.8731), Model(2, now.AddMinutes(-2), 0.9012)];
        stage.Rollouts["acme/fashion-v2"] = Rollout(now);
        return stage;
    }

    public static JobStatus RunningJob(DateTimeOffset now, long samplesDone) => new()
    {
        Spec = Spec("fashion"),
        State = JobState.Running,
        Reason = "Trains on 3 accelerators since the pool had all of them free.",
        SubmittedAt = now.AddSeconds(-44),
        StartedAt = now.AddSeconds(-41),
        Generation = 1,
        Progress = new JobProgress
        {
            Epoch = 4, Epochs = 6, Step = samplesDone / 100, SamplesDone = samplesDone, SamplesTotal = 120_000, Loss = 0.3217,
            ImagesPerSecond = 1_704.3, Remaining = TimeSpan.FromSeconds(30.3), Workers = Workers(),
            Batch = new BatchProgress { BatchSize = 256, NoiseScaleSamples = 1_234, EfficiencyFraction = 0.89, UsefulSamplesPerSecond = 1_517, LearningRateFactor = 1.51 },
        },
        LossCurve = Curve((int)(samplesDone / 400)),
        Events =
        [
            new JobEvent { At = now.AddSeconds(-44), Text = "Submitted to pool default." },
            new JobEvent { At = now.AddSeconds(-43), Text = "Leased node-a/cpu0, node-b/cpu0 and node-c/cpu0." },
            new JobEvent { At = now.AddSeconds(-30), Text = "Checkpoint after epoch 1, loss 0.7120." },
            new JobEvent { At = now.AddSeconds(-17), Text = "Checkpoint after epoch 2, loss 0.4481." },
        ],
    };

    public static DeviceStatus Device(string name, DateTimeOffset now, int number) => new()
    {
        Tenant = "acme",
        Device = name,
        Connection = number == 3 ? null : new DeviceConnection { ConnectionId = "c" + number, RemoteEndpoint = "127.0.0.1:5021" + number, Protocol = "5.0", Since = now.AddMinutes(-3) },
        LastSeenAt = now.AddSeconds(number == 3 ? -340 : -1),
        LastValues =
        [
            new LastValue { Name = "humidity", Value = 44.21 + number, MeasuredAt = now.AddSeconds(-2) },
            new LastValue { Name = "temperature", Value = 27.31 + (number * 2), MeasuredAt = now.AddSeconds(-2) },
        ],
        Readings = 4_200 + (number * 11),
        TwinUpdates = 390 + number,
        Inferences = number == 3 ? 0 : 1_200 * number,
        DesiredModel = new DesiredModel { Name = "fashion-cnn", Version = 2, Issue = 4, Sha256 = Hash, SizeBytes = 1_843_200 },
        Report = new DeviceReport
        {
            AgentVersion = "0.1.0", ModelName = "fashion-cnn", ModelVersion = number == 1 ? 2 : 1,
            UpdateState = number switch { 1 => ModelUpdateState.Running, 2 => ModelUpdateState.Downloading, _ => ModelUpdateState.Refused },
            Detail = number == 3 ? "The signature does not fit the package." : "", UpdateIssue = 4, Inferences = 1_200 * number,
            LatencyP50Ms = 1.42, LatencyP99Ms = 3.9, ReadingsSent = 4_200, PeakMemoryBytes = 71_300_000,
        },
        AlarmsRaised = number == 2 ? 2 : 0,
        AlarmsActive = number == 2 ? 1 : 0,
    };

    private static PoolSnapshot Pool(DateTimeOffset now) => new()
    {
        Name = "default",
        Nodes =
        [
            Node("node-a", 1, now, "cpu-avx512", 2, 1, 41.8, 0.94, "fashion"),
            Node("node-b", 2, now, "cpu-avx2", 1, 0.6, 17.3, 0.58, "fashion"),
            Node("node-c", 3, now, "cpu-scalar", 1, 0.5, 2.4, 0.49, "fashion") with
            {
                ReclaimAt = now.AddMinutes(40),
                Host = new HostDescription { CpuCores = 7.5, MemoryBytes = 16_000_000_000, Rack = "r2", PricePerAcceleratorHour = 0.125m, WattsPerAccelerator = 90, IsReclaimable = true },
            },
        ],
        Queue =
        [
            new QueuedJob
            {
                Request = new JobRequest { Tenant = "acme", Job = "letters", MinAccelerators = 2, MaxAccelerators = 3, SubmittedAt = now.AddSeconds(-12) },
                Reason = "needs 2 accelerators; 0 of 3 free, 3 held by tenant acme until about 14:20; would start now with min 1.",
                ExpectedStart = now.AddMinutes(4),
            },
        ],
        Running =
        [
            new RunningJob
            {
                Request = new JobRequest { Tenant = "acme", Job = "fashion", MinAccelerators = 1, MaxAccelerators = 3, SubmittedAt = now.AddSeconds(-50) },
                Leases = [1, 2, 3],
                Yielding = [3],
                Reason = "has 3 accelerators of 3 kinds.",
                AttainedAcceleratorSeconds = 129,
                ExpectedEnd = now.AddMinutes(4),
            },
        ],
        Policy = "default",
        Leases = [],
    };

    private static NodeSnapshot Node(
        string name, long lease, DateTimeOffset now, string kind, int threads, double share, double gflops, double busy, string job) => new()
    {
        Name = name,
        Incarnation = 1,
        State = NodeState.Ready,
        ReportedAt = now,
        Accelerators =
        [
            new AcceleratorSnapshot
            {
                Accelerator = new AcceleratorDescription { Name = "cpu0", Kind = kind, Threads = threads, ComputeShareFraction = share, ScoreGflops = gflops },
                BusyFraction = busy,
                Lease = new Lease
                {
                    Id = lease, Pool = "default", Tenant = "acme", Job = job, Node = name, NodeIncarnation = 1, Accelerator = "cpu0",
                    ScoreGflops = gflops, GrantedAt = now.AddSeconds(-43),
                },
            },
        ],
    };

    private static ImmutableArray<WorkerProgress> Workers() =>
    [
        new WorkerProgress { Node = "node-a", Accelerator = "cpu0", ShareFraction = 0.68, ImagesPerSecond = 1_159.2, AloneImagesPerSecond = 1_250 },
        new WorkerProgress { Node = "node-b", Accelerator = "cpu0", ShareFraction = 0.28, ImagesPerSecond = 477.1, AloneImagesPerSecond = 511 },
        new WorkerProgress { Node = "node-c", Accelerator = "cpu0", ShareFraction = 0.04, ImagesPerSecond = 68, AloneImagesPerSecond = 74.2 },
    ];

    private static JobSpec Spec(string name) => new()
    {
        Tenant = "acme",
        Name = name,
        Model = new ModelSpec { Name = "fashion-cnn", InputShape = [1, 28, 28], Layers = [] },
        Data = new DataSpec { Dataset = "fashion-train", Version = 1, Validation = "fashion-test" },
        Training = new TrainingSpec { Epochs = 6, BatchSize = 100, MaxBatchSize = 1_000 },
        Resources = new ResourceSpec { MinAccelerators = 2, MaxAccelerators = 3 },
    };

    private static JobStatus QueuedJob(DateTimeOffset now) => new()
    {
        Spec = Spec("letters"), State = JobState.Queued, SubmittedAt = now.AddSeconds(-12), Generation = 0,
        Reason = "wants 2 accelerators, 0 of 3 are free; 3 are held by acme/fashion",
    };

    private static JobStatus FinishedJob(DateTimeOffset now) => new()
    {
        Spec = Spec("fashion-small"), State = JobState.Succeeded, Reason = "Trained 2 epochs and published fashion-cnn v1.", Generation = 1,
        SubmittedAt = now.AddHours(-3), StartedAt = now.AddHours(-3), FinishedAt = now.AddHours(-3).AddSeconds(62), LossCurve = Curve(200),
        Result = new JobResult { ModelVersion = 1, Accuracy = 0.8731, Loss = 0.3342, ImagesPerSecond = 1_650, HeterogeneousEfficiency = 0.93, Workers = Workers() },
    };

    private static ImmutableArray<LossPoint> Curve(int points) =>
        [.. Enumerable.Range(0, points).Select(i => new LossPoint { Step = i * 4, Loss = (2.05 * Math.Exp(-i / 28.0)) + 0.28 + (0.05 * Math.Sin(i * 1.7)) })];

    private static ModelVersion Model(int version, DateTimeOffset at, double accuracy) => new()
    {
        Tenant = "acme", Name = "fashion-cnn", Version = version, Sha256 = Hash, SizeBytes = 1_843_200,
        Signature = Convert.ToBase64String(new byte[64]), CreatedAt = at,
        Metrics = ImmutableDictionary<string, double>.Empty.Add("accuracy", accuracy).Add("loss", 1.2 - accuracy),
        Lineage = new ModelLineage { Job = version == 1 ? "fashion-small" : "fashion", Dataset = "fashion-train@1", DataSha256 = Hash, CodeVersion = "0.1.0" },
    };

    private static RolloutStatus Rollout(DateTimeOffset now) => new()
    {
        Spec = new RolloutSpec { Tenant = "acme", Name = "fashion-v2", Model = "fashion-cnn", Version = 2, Devices = ["edge-1", "edge-2", "edge-3"] },
        State = RolloutState.Running,
        Reason = "Wave 2: 0 of 2 devices run fashion-cnn v2.",
        StartedAt = now.AddSeconds(-33),
        Devices =
        [
            new RolloutDevice { Device = "edge-1", Wave = 1, Offered = true, Issue = 4, State = ModelUpdateState.Running, PreviousVersion = 1 },
            new RolloutDevice { Device = "edge-2", Wave = 2, Offered = true, Issue = 4, State = ModelUpdateState.Downloading, Detail = "42 of 113 chunks", PreviousVersion = 1 },
            new RolloutDevice { Device = "edge-3", Wave = 2, PreviousVersion = 1 },
        ],
    };
}
