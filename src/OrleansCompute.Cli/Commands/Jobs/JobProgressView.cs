using System.Globalization;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>Shows a job's progress until it has ended: a bar on a terminal, a line every few seconds elsewhere.</summary>
internal static class JobProgressView
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(5);

    public static Task<JobStatus> FollowAsync(
        CommandContext context, FabricClient client, string tenant, string job, CancellationToken cancellationToken) =>
        context.Output.Profile.Capabilities.Interactive
            ? FollowWithBarAsync(context, client, tenant, job, cancellationToken)
            : FollowWithLinesAsync(context, client, tenant, job, cancellationToken);

    /// <summary>Loss, speed, share per node, time left: all that the bar says, as text.</summary>
    public static string Describe(JobStatus status)
    {
        if (status.Progress is not { } progress)
        {
            return $"{status.State}: {status.Reason}".TrimEnd(' ', ':');
        }

        var shares = string.Join("  ", progress.Workers.Select(worker => $"{worker.Node} {Tables.Percent(worker.ShareFraction)}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.Epochs}  loss {progress.Loss:0.000}  {Tables.Number(progress.ImagesPerSecond)} images/s  {shares}  {Math.Ceiling(progress.Remaining.TotalSeconds):0} s left");
    }

    private static async Task<JobStatus> FollowWithBarAsync(
        CommandContext context, FabricClient client, string tenant, string job, CancellationToken cancellationToken)
    {
        JobStatus? last = null;
        await context.Output.Progress()
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async bars =>
            {
                var bar = bars.AddTask("queued", maxValue: 1);
                await foreach (var status in client.Jobs.WatchAsync(tenant, job, LookPeriod, cancellationToken))
                {
                    last = status;
                    bar.Description = Markup.Escape(Describe(status));
                    bar.Value = Fraction(status);
                }
            });
        return last!;
    }

    private static async Task<JobStatus> FollowWithLinesAsync(
        CommandContext context, FabricClient client, string tenant, string job, CancellationToken cancellationToken)
    {
        JobStatus? last = null;
        var lastLine = context.Clock.GetTimestamp();
        await foreach (var status in client.Jobs.WatchAsync(tenant, job, LookPeriod, cancellationToken))
        {
            last = status;
            if (context.Clock.GetElapsedTime(lastLine) >= LinePeriod)
            {
                lastLine = context.Clock.GetTimestamp();
                context.Line($"  {100 * Fraction(status),3:0} %  {Describe(status)}");
            }
        }

        return last!;
    }

    private static double Fraction(JobStatus status) => status switch
    {
        { State: JobState.Succeeded } => 1,
        { Progress: { SamplesTotal: > 0 } progress } => (double)progress.SamplesDone / progress.SamplesTotal,
        _ => 0,
    };
}
