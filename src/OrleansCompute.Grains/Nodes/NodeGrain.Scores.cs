using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Accelerators;

namespace OrleansCompute.Grains.Nodes;

/// <content>How fast the accelerators are: measured when the node starts, and again when it is idle where that is in doubt.</content>
internal sealed partial class NodeGrain
{
    // While nothing runs; a third of a second each.
    private static readonly TimeSpan DoubtPeriod = TimeSpan.FromMinutes(1);
    private bool _hasNewScores;

    public async Task<NodeSnapshot> Measure()
    {
        foreach (var accelerator in accelerators.All)
        {
            // Other processes of the machine may be computing.
            await MeasureAsync(accelerator, wasIdle: false);
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
        var doubted = accelerators.All.Where(accelerator => storage.State.Scores.GetValueOrDefault(accelerator.Options.Name)?.Doubts > 0).ToList();
        if (doubted.Count == 0 || _meter.Leases.Any())
        {
            return;
        }

        foreach (var accelerator in doubted)
        {
            var before = accelerator.ScoreGflops;
            await MeasureAsync(accelerator, wasIdle: true);
            _hasNewScores |= accelerator.ScoreGflops != before;
        }

        await storage.WriteStateAsync();
    }

    private async Task MeasureAsync(HostedAccelerator accelerator, bool wasIdle)
    {
        var name = accelerator.Options.Name;
        if (await accelerator.MeasureAsync(clock, options.Value.MeasureFor, CancellationToken.None) is not { } gflops)
        {
            storage.State.Scores.Remove(name);
            return;
        }

        var measured = new KnownScore
        {
            Hardware = FormattableString.Invariant($"{accelerator.Kind} {accelerator.Options.Threads} {accelerator.Options.ComputeShareFraction} {_host.CpuCores}"),
            Gflops = gflops, At = Now,
        };
        var known = KnownScore.After(storage.State.Scores.GetValueOrDefault(name), measured, wasIdle);
        storage.State.Scores[name] = known;
        accelerator.SetScore(known.Gflops, known.At);
        if (known.Doubts > 0)
        {
            LogDoubted(name, gflops, known.Gflops, known.At);
        }
    }

    [LoggerMessage(5204, LogLevel.Warning, "Accelerator {Accelerator} measures {Measured} GFLOP/s; believed are the {Known} of {At}, as the machine may be busy. It is measured again when the node is idle")]
    private partial void LogDoubted(string accelerator, double measured, double known, DateTimeOffset at);
}
