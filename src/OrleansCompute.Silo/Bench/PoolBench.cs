using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Grains.Hosting;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Silo.Hosting;
using OrleansCompute.Storage;
using OrleansCompute.Storage.Hosting;

namespace OrleansCompute.Silo.Bench;

/// <summary>
/// Measures a live pool: the real grain with its journal on disk and the real tenants in a silo of this process; nodes and jobs only
/// answer, and say at their usual times that they are there. Jobs come and go, and what they were given or asked back follows.
/// </summary>
public sealed class PoolBench : IAsyncDisposable
{
    private const string PoolName = "bench";
    private const int AtOnce = 64;
    private const int MaxOfTenant = 1024;
    private const int MostJobs = 1_000_000;
    private const int QuietSeconds = 15;

    // Steps that the pool notes; and one that follows from both.
    private const string DecisionBegins = "few begins";
    private const string DecisionEnds = "few ends";
    private const string DecisionCpu = "few, CPU";
    private const long Incarnation = 1;

    private static readonly TimeSpan MaxFill = TimeSpan.FromSeconds(60);

    // As nodes and jobs do.
    private static readonly TimeSpan SignPeriod = TimeSpan.FromSeconds(5);
    private static readonly int[] Sizes = [1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 16, 16, 32, 64];
    private readonly PoolBenchOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<string> _tell;
    private readonly Random _random;
    private readonly BenchFabric _fabric = new();
    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _steps = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly List<JobRequest> _jobs = [];
    private readonly IHost _host;
    private readonly IPoolGrain _pool;
    private ILookup<string, long>? _leasesByNode;
    private readonly ThreadLocal<double?> _decisionBegan = new();
    private volatile bool _isMeasuring;
    private int _made;

    private PoolBench(PoolBenchOptions options, FabricStorage storage, TimeProvider clock, Action<string> tell)
    {
        (_options, _clock, _tell, _random) = (options, clock, tell, new Random(options.Seed));
        var ports = FreePorts.Find(2);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoConsoleLifetime>();
        builder.Services.AddSingleton(clock);
        builder.Services.AddFabricStorage(storage);
        builder.UseOrleans(silo =>
        {
            new ClusterPlan($"oc-bench-{Guid.NewGuid():n}", ports[0]).Join(silo, ports[0], ports[1]);
            silo.Configure<SiloOptions>(named => named.SiloName = "bench");
            silo.Configure<PoolOptions>(pool => (pool.Policy, pool.IncrementalJobs) = (options.Policy, options.WholeOnly ? MostJobs : pool.IncrementalJobs));
            silo.AddFabricGrainStorage(storage);
            silo.AddFabricGrains(node => (node.Name, node.Pool) = ("bench", PoolName));
            silo.AddOutgoingGrainCallFilter(_fabric);
        });
        _host = builder.Build();
        _pool = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPoolGrain>(PoolName);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "oc.pool.step")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => NoteStep((string)tags[0].Value!, value));
        _listener.Start();
    }

    /// <summary>Runs it.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="folder">Empty folder for the journal.</param>
    /// <param name="clock">Measures; and paces the events.</param>
    /// <param name="tell">Told of each phase.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Heartbeats, renewals, returns or the probe failed: there are no figures.</exception>
    public static async Task<PoolBenchResult> RunAsync(
        PoolBenchOptions options, string folder, TimeProvider clock, Action<string> tell, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(tell);
        options.Validate();
        await using var storage = FabricStorage.Open(folder, clock, NullLoggerFactory.Instance);
        await using var bench = new PoolBench(options, storage, clock, tell);
        await bench._host.StartAsync(cancellationToken);
        return await bench.RunAsync(cancellationToken);
    }

    /// <summary>Stops the silo.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _decisionBegan.Dispose();
        try
        {
            await _host.StopAsync(CancellationToken.None);
        }
        finally
        {
            await ((IAsyncDisposable)_host).DisposeAsync();
        }
    }

    private async Task<PoolBenchResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var loops = new BenchLoops(cancellationToken);
        await ConfigureTenantsAsync();
        var join = await TimedAsync(JoinAsync);
        _tell($"{_options.Accelerators} accelerators joined in {join:0.0} s.");
        var submit = await TimedAsync(() => SubmitAllAsync(cancellationToken));
        _tell($"{_options.Jobs} jobs submitted in {submit:0.0} s.");
        loops.Start(SignAsync);
        loops.Start(ReturnAsync);
        var fill = await loops.DuringAsync(token => TimedAsync(() => FillAsync(token)));
        var held = _fabric.Running.Sum(job => _fabric.LeasesOf(job).Length);
        var running = _fabric.Running.Count();
        _tell($"{running} jobs hold {held} accelerators after {fill:0.0} s more.");

        // What the probe costs is no event's, so it goes on while nothing else happens, too.
        loops.Start(ProbeAsync);
        var idle = await loops.DuringAsync(token => CpuAsync(() => Task.Delay(TimeSpan.FromSeconds(20), _clock, token)));
        _isMeasuring = true;
        var busy = await loops.DuringAsync(token => CpuAsync(() => EventsAsync(token)));
        _isMeasuring = false;
        _tell("Done; the silo stops.");
        await loops.StopAsync();
        var idleFraction = idle.CpuSeconds / idle.Seconds;
        return new PoolBenchResult(
            _options, join, submit, fill, running, held, idleFraction, 1000 * (busy.CpuSeconds - (idleFraction * busy.Seconds)) / (2 * _options.Events),
            [.. _steps.OrderBy(step => step.Key, StringComparer.Ordinal).Select(step => StepTimes.Of(step.Key, step.Value))]);
    }

    // Both ends of a decision are noted on the thread that makes it.
    private void NoteStep(string step, double ms)
    {
        if (step == DecisionBegins)
        {
            _decisionBegan.Value = ThreadTime.Milliseconds;
        }

        if (step != DecisionEnds)
        {
            Note(step, ms);
        }
        else if (ThreadTime.Milliseconds - _decisionBegan.Value is { } used)
        {
            Note(DecisionCpu, used);
        }
    }

    private void Note(string step, double ms)
    {
        if (_isMeasuring)
        {
            _steps.GetOrAdd(step, _ => []).Add(ms);
        }
    }

    private async Task<double> TimedAsync(Func<Task> work)
    {
        var began = _clock.GetTimestamp();
        await work();
        return _clock.GetElapsedTime(began).TotalSeconds;
    }

    private async Task<(double Seconds, double CpuSeconds)> CpuAsync(Func<Task> work)
    {
        var before = Environment.CpuUsage.TotalTime;
        var seconds = await TimedAsync(work);
        return (seconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private async Task ConfigureTenantsAsync()
    {
        var grains = _host.Services.GetRequiredService<IGrainFactory>();
        for (var tenant = 0; tenant < _options.Tenants; tenant++)
        {
            // Each may hold a few times its share; three of ten are below another, which limits them together, and two are promised half of their own.
            var share = _options.Accelerators / _options.Tenants;
            await grains.GetGrain<ITenantGrain>(TenantName(tenant)).Configure(new TenantSpec
            {
                Name = TenantName(tenant),
                Parent = tenant % 10 is >= 1 and <= 3 ? TenantName(tenant / 10 * 10) : "",
                MaxAccelerators = Math.Clamp(4 * share, 64, MaxOfTenant),
                Guaranteed = tenant % 10 is 4 or 5 ? ImmutableDictionary<string, int>.Empty.Add(KindName(0), share / _options.Kinds / 2) : ImmutableDictionary<string, int>.Empty,
            });
        }
    }

    private async Task JoinAsync()
    {
        for (var node = 0; node < _options.Accelerators / PoolBenchOptions.PerNode; node++)
        {
            var kind = node % _options.Kinds;
            await _pool.Join(new NodeSnapshot
            {
                Name = NodeName(node),
                Incarnation = Incarnation,
                State = NodeState.Ready,
                ReportedAt = _clock.GetUtcNow(),
                Accelerators =
                [
                    .. Enumerable.Range(0, PoolBenchOptions.PerNode).Select(accelerator => new AcceleratorSnapshot
                    {
                        Accelerator = new AcceleratorDescription
                        {
                            Name = string.Create(CultureInfo.InvariantCulture, $"acc{accelerator}"), Kind = KindName(kind), Threads = 1, ComputeShareFraction = 1,
                            ScoreGflops = 100 * Math.Pow(2, kind), MemoryBytes = 16L << 30,
                        },
                        BusyFraction = 0,
                    }),
                ],
            });
        }
    }

    private async Task SubmitAllAsync(CancellationToken cancellationToken) => await Parallel.ForEachAsync(
        Enumerable.Range(0, _options.Jobs).Select(_ => Make()).ToList(),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (job, _) => await _pool.Submit(job));

    // Half of the jobs are elastic, the others gangs of one size.
    private JobRequest Make()
    {
        var size = Math.Min(Sizes[_random.Next(Sizes.Length)], _options.Accelerators / _options.Kinds);
        var job = new JobRequest
        {
            Tenant = TenantName(_random.Next(_options.Tenants)),
            Job = string.Create(CultureInfo.InvariantCulture, $"job-{_made}"),
            MinAccelerators = _made % 2 == 0 ? 1 : size,
            MaxAccelerators = size,
            SubmittedAt = _clock.GetUtcNow(),
            BatchSize = 1024,
        };
        _made++;
        _jobs.Add(job);
        return job;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        // Elastic jobs go on changing a little with each round.
        var began = _clock.GetTimestamp();
        for (var (before, quiet) = (-1L, 0); quiet < QuietSeconds && _clock.GetElapsedTime(began) < MaxFill; quiet = _fabric.Granted == before ? quiet + 1 : 0)
        {
            before = _fabric.Granted;
            await Task.Delay(TimeSpan.FromSeconds(1), _clock, cancellationToken);
        }
    }

    private async Task EventsAsync(CancellationToken cancellationToken)
    {
        var (began, period) = (_clock.GetTimestamp(), TimeSpan.FromSeconds(1 / _options.EventsPerSecond));
        var open = new List<Task>();
        for (var i = 0; i < _options.Events; i++)
        {
            var ending = _jobs[_random.Next(_jobs.Count)];
            for (var tries = 0; tries < 1000 && _fabric.LeasesOf(FabricKey.Of(ending.Tenant, ending.Job)).IsEmpty; tries++)
            {
                ending = _jobs[_random.Next(_jobs.Count)];
            }

            _jobs.Remove(ending);
            _fabric.End(FabricKey.Of(ending.Tenant, ending.Job));
            open.Add(TimedCallAsync("end call", () => _pool.Withdraw(ending.Tenant, ending.Job)));
            await UntilAsync(i + 0.5);
            var job = Make();
            open.Add(TimedCallAsync("submit call", () => _pool.Submit(job)));
            await UntilAsync(i + 1);
        }

        await Task.WhenAll(open);

        async Task UntilAsync(double events)
        {
            var wait = (events * period) - _clock.GetElapsedTime(began);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _clock, cancellationToken);
            }
        }
    }

    private async Task TimedCallAsync(string step, Func<Task> call) => Note(step, 1000 * await TimedAsync(call));

    // How long a call that costs nothing waits for its turn is how long others' turns are.
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), _clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await TimedCallAsync("turn", () => _pool.Heartbeat("nobody", 0, []));
        }
    }

    private async Task ReturnAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), _clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await _fabric.ReturnAsync(_pool);
        }
    }

    // All nodes and jobs within each period, in a hundred parts.
    private async Task SignAsync(CancellationToken cancellationToken)
    {
        const int Parts = 100;
        using var timer = new PeriodicTimer(SignPeriod / Parts, _clock);
        for (var part = 0; await timer.WaitForNextTickAsync(cancellationToken); part = (part + 1) % Parts)
        {
            var byNode = part == 0 ? _fabric.Running.SelectMany(job => _fabric.LeasesOf(job)).ToLookup(lease => lease.Node, lease => lease.Id) : null;
            _leasesByNode = byNode ?? _leasesByNode;
            for (var node = part; node < _options.Accelerators / PoolBenchOptions.PerNode; node += Parts)
            {
                await _pool.Heartbeat(NodeName(node), Incarnation, [.. _leasesByNode![NodeName(node)]]);
            }

            foreach (var job in _fabric.Running.Where((_, i) => i % Parts == part).ToList())
            {
                var slash = job.IndexOf('/', StringComparison.Ordinal);
                await _pool.Renew(job[..slash], job[(slash + 1)..], new JobReport { Leases = [.. _fabric.LeasesOf(job).Select(lease => lease.Id)] });
            }
        }
    }

    private static string TenantName(int tenant) => string.Create(CultureInfo.InvariantCulture, $"tenant-{tenant}");

    private static string NodeName(int node) => string.Create(CultureInfo.InvariantCulture, $"node-{node:0000}");

    private static string KindName(int kind) => string.Create(CultureInfo.InvariantCulture, $"kind-{(char)('a' + kind)}");
}
