using System.Text.Json.Nodes;

namespace OrleansCompute.Cli.Bench;

/// <summary>Lets our side and the peer take turns, a round each, so that both meet the same load of a shared machine. Not thread-safe.</summary>
internal sealed class PairedRounds(Peers? peers, TimeProvider clock, int rounds, double seconds)
{
    /// <summary>Seconds of all rounds of one measurement, for each side.</summary>
    public double TotalSeconds => rounds * seconds;

    /// <summary>Measures one piece of work.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="threads">Threads of each side.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="unitsPerCall">How much of it one call does.</param>
    /// <param name="work">Our call.</param>
    /// <param name="request">The peer's request; null when it cannot do this.</param>
    /// <param name="cancellationToken">Ends the measurement between two calls.</param>
    public async Task<PairedResult> MeasureAsync(
        string name, int threads, string unit, double unitsPerCall, Action work, JsonObject? request, CancellationToken cancellationToken)
    {
        List<Sample> ours = [], theirs = [];
        var peer = peers is null || request is null ? null : await peers.GetAsync(threads, cancellationToken);
        work();
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(Count(work, unitsPerCall, cancellationToken));
            if (peer is not null && request is not null)
            {
                var answer = await peer.AskAsync(With(request), cancellationToken);
                var done = answer["calls"]!.GetValue<double>() * unitsPerCall;
                theirs.Add(new Sample(done / answer["seconds"]!.GetValue<double>(), answer["cpu_seconds"]!.GetValue<double>() / done));
            }
        }

        return PairedResult.Create(name, threads, unit, isTime: false, ours, theirs);
    }

    /// <summary>Measures single calls one after another: half of them, and 99 of 100, take at most so many milliseconds.</summary>
    /// <inheritdoc cref="MeasureAsync"/>
    public async Task<IReadOnlyList<PairedResult>> MeasureLatencyAsync(
        string name, int threads, Action work, JsonObject request, CancellationToken cancellationToken)
    {
        List<(Sample Half, Sample Most)> ours = [], theirs = [];
        var peer = peers is null ? null : await peers.GetAsync(threads, cancellationToken);
        for (var i = 0; i < 200; i++)
        {
            work();
        }

        for (var round = 0; round < rounds; round++)
        {
            ours.Add(Latencies(work, cancellationToken));
            if (peer is not null)
            {
                var answer = await peer.AskAsync(With(request), cancellationToken);
                var cpu = answer["cpu_seconds"]!.GetValue<double>() / answer["calls"]!.GetValue<double>();
                theirs.Add((new Sample(answer["p50"]!.GetValue<double>(), cpu), new Sample(answer["p99"]!.GetValue<double>(), cpu)));
            }
        }

        return
        [
            PairedResult.Create($"{name} p50", threads, "ms", isTime: true, [.. ours.Select(r => r.Half)], [.. theirs.Select(r => r.Half)]),
            PairedResult.Create($"{name} p99", threads, "ms", isTime: true, [.. ours.Select(r => r.Most)], [.. theirs.Select(r => r.Most)]),
        ];
    }

    private JsonObject With(JsonObject request)
    {
        var asked = (JsonObject)request.DeepClone();
        asked["seconds"] = seconds;
        return asked;
    }

    private (Sample Half, Sample Most) Latencies(Action work, CancellationToken cancellationToken)
    {
        var (start, cpu) = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var times = new List<double>();
        while (clock.GetElapsedTime(start).TotalSeconds < seconds || times.Count == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = clock.GetTimestamp();
            work();
            times.Add(clock.GetElapsedTime(before).TotalMilliseconds);
        }

        var cpuPerCall = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / times.Count;
        times.Sort();
        return (new Sample(times[times.Count / 2], cpuPerCall), new Sample(times[(int)(times.Count * 0.99)], cpuPerCall));
    }

    private Sample Count(Action work, double unitsPerCall, CancellationToken cancellationToken)
    {
        var (start, cpu, calls) = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
        TimeSpan elapsed;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            work();
            calls++;
            elapsed = clock.GetElapsedTime(start);
        }
        while (elapsed.TotalSeconds < seconds);

        return new Sample(calls * unitsPerCall / elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / (calls * unitsPerCall));
    }
}
