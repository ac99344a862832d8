using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Accelerators;

namespace OrleansCompute.Grains.Nodes;

/// <content>How fast the accelerators are: measured when the node starts, and again when it is idle where that is in doubt.</content>
internal sealed partial class NodeGrain
{
    // Cores that the process may use beside a measurement for this to count as one of an idle node.
    private const double MaxOtherCores = 0.25;

    // While nothing runs; a third of a second each.
    private static readonly TimeSpan DoubtPeriod = TimeSpan.FromMinutes(1);

    // Of one that was lowered: the machine may have become faster, or may have been busy with what this node could not see.
    private static readonly TimeSpan RisePeriod = TimeSpan.FromHours(1);

    // So many times what a measurement should take; the least is for the first run of its code on a slow machine.
    private const int MeasureFactor = 20;
    internal static readonly TimeSpan LeastMeasureTimeout = TimeSpan.FromSeconds(10);

    // Measurements that were not waited for, by accelerator: a thread that computes cannot be stopped.
    private readonly Dictionary<string, Task> _late = [];
    private long _lastRise = clock.GetTimestamp();

    public async Task<NodeSnapshot> Measure()
    {
        foreach (var accelerator in accelerators.All)
        {
            // Other processes of the machine may be computing.
            await MeasureAsync(accelerator, isIdle: false);
        }

        await storage.WriteStateAsync();
        return Snapshot();
    }

    private void StartDoubting() => this.RegisterGrainTimer(
        static (grain, _) => grain.MeasureDoubtedAsync(),
        this,
        new GrainTimerCreationOptions { DueTime = DoubtPeriod, Period = DoubtPeriod, KeepAlive = true });

    // No lease is given meanwhile, as that waits for this turn. The pool is told by the next heartbeat: it may be waiting for this grain.
    private async Task MeasureDoubtedAsync()
    {
        var mayRise = clock.GetElapsedTime(_lastRise) >= RisePeriod;
        var doubted = accelerators.All.Where(accelerator => storage.State.Scores.GetValueOrDefault(accelerator.Options.Name) is { } known && (known.Doubts > 0 || (mayRise && known.IsLowered))).ToList();
        if (doubted.Count == 0 || _meter.Leases.Any())
        {
            return;
        }

        _lastRise = mayRise ? clock.GetTimestamp() : _lastRise;

        foreach (var accelerator in doubted)
        {
            var before = accelerator.ScoreGflops;
            await MeasureAsync(accelerator, isIdle: true);
            _scores += accelerator.ScoreGflops != before ? 1 : 0;
        }

        await storage.WriteStateAsync();
    }

    private async Task MeasureAsync(HostedAccelerator accelerator, bool isIdle)
    {
        var name = accelerator.Options.Name;
        var last = storage.State.Scores.GetValueOrDefault(name);
        if (last is not null && _late.TryGetValue(name, out var late) && !late.IsCompleted)
        {
            return;
        }

        var (began, used) = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var measuring = accelerator.MeasureAsync(clock, options.Value.MeasureFor, CancellationToken.None);
        if (last is not null)
        {
            // The first is waited for: without it nothing is known.
            var timeout = options.Value.MeasureFor * MeasureFactor;
            timeout = timeout > LeastMeasureTimeout ? timeout : LeastMeasureTimeout;
            try
            {
                await measuring.WaitAsync(timeout, clock);
            }
            catch (TimeoutException)
            {
                _late[name] = measuring;
                accelerator.SetScore(last.Gflops, last.At);
                LogMeasureTimedOut(name, timeout, last.Gflops, last.At);
                return;
            }
        }

        if (await measuring is not { } gflops)
        {
            storage.State.Scores.Remove(name);
            return;
        }

        var measured = new KnownScore
        {
            Hardware = FormattableString.Invariant($"{accelerator.Kind} {accelerator.Options.Threads} {accelerator.Options.ComputeShareFraction} {_host.CpuCores}"),
            Gflops = gflops, At = Now,
        };

        // Other nodes may be in this process, whose leases are not known here: what they compute shows in its use of the cores.
        var cores = (Environment.CpuUsage.TotalTime - used) / clock.GetElapsedTime(began);
        var known = KnownScore.After(last, measured, isIdle && cores < accelerator.Options.Threads + MaxOtherCores);
        storage.State.Scores[name] = known;
        accelerator.SetScore(known.Gflops, known.At);
        if (known.Doubts > 0)
        {
            LogDoubted(name, gflops, known.Gflops, known.At);
        }
    }

    [LoggerMessage(5206, LogLevel.Warning, "Accelerator {Accelerator} was not measured within {Timeout}; believed are the {Known} GFLOP/s of {At}")]
    private partial void LogMeasureTimedOut(string accelerator, TimeSpan timeout, double known, DateTimeOffset at);

    [LoggerMessage(5204, LogLevel.Warning, "Accelerator {Accelerator} measures {Measured} GFLOP/s; believed are the {Known} of {At}, as the machine may be busy. It is measured again when the node is idle")]
    private partial void LogDoubted(string accelerator, double measured, double known, DateTimeOffset at);
}
