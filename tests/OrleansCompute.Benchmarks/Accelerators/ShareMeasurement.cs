using System.Globalization;
using OrleansCompute.Training.Accelerators;

namespace OrleansCompute.Benchmarks.Accelerators;

/// <summary>What the shares of an accelerator are worth on a real clock: <c>-- shares [SECONDS]</c>.</summary>
internal static class ShareMeasurement
{
    private static readonly (double Fraction, int StepMilliseconds)[][] Cases =
    [
        [(0.25, 10), (0.75, 10)],
        [(0.25, 40), (0.75, 10)],
        [(0.25, 5), (0.75, 60)],
        [(0.5, 20), (0.3, 5), (0.2, 12)],
    ];

    public static async Task RunAsync(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        foreach (var jobs in Cases)
        {
            await MeasureAsync(jobs, TimeSpan.FromSeconds(seconds));
        }
    }

    private static async Task MeasureAsync((double Fraction, int StepMilliseconds)[] jobs, TimeSpan window)
    {
        var clock = TimeProvider.System;
        await using var executor = new AcceleratorExecutor(null, clock);
        var shares = jobs.Select((job, i) => executor.OpenShare($"job {i}", job.Fraction)).ToArray();
        var start = clock.GetTimestamp();
        await Task.WhenAll(jobs.Select((job, i) => Task.Run(async () =>
        {
            while (clock.GetElapsedTime(start) < window)
            {
                // Between steps a job is in the coordinator and on the wire for a moment.
                await shares[i].RunAsync(() => Spin(clock, job.StepMilliseconds), CancellationToken.None);
                await Task.Yield();
            }

            shares[i].Dispose();
        })));
        var busy = shares.Sum(share => share.BusyTime.TotalSeconds);
        var elapsed = clock.GetElapsedTime(start).TotalSeconds;
        for (var i = 0; i < jobs.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"share {jobs[i].Fraction:0.00}, steps of {jobs[i].StepMilliseconds} ms: {shares[i].BusyTime.TotalSeconds / busy:0.0000} of the busy time"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  busy {busy / elapsed:0.000} of {elapsed:0.0} s"));
    }

    private static long Spin(TimeProvider clock, int milliseconds)
    {
        var start = clock.GetTimestamp();
        var turns = 0L;
        while (clock.GetElapsedTime(start).TotalMilliseconds < milliseconds)
        {
            turns++;
        }

        return turns;
    }
}
