using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job list`.</summary>
internal sealed class JobListCommand : ClientCommand
{
    private readonly TenantOption _tenant = new();

    public JobListCommand(CommandContext context)
        : base(context, "list", "List jobs.") => _tenant.AddTo(Command);

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var jobs = new List<JobStatus>();
        foreach (var tenant in await _tenant.ResolveAllAsync(arguments, client, cancellationToken))
        {
            jobs.AddRange(await client.Jobs.ListAsync(tenant, cancellationToken));
        }

        var table = Tables.Create("TENANT", "JOB", "STATE", ">EPOCH", ">LOSS", ">IMAGES/S", ">ACCURACY", "SUBMITTED (UTC)");
        foreach (var job in jobs)
        {
            table.Row(
                job.Spec.Tenant,
                job.Spec.Name,
                job.State.ToString(),
                job.Progress is { } progress ? $"{progress.Epoch}/{progress.Epochs}" : "–",
                job.Progress is { } seen ? Tables.Number(seen.Loss, 3) : "–",
                job.Progress is { } rate ? Tables.Number(rate.ImagesPerSecond) : "–",
                job.Result?.Accuracy is { } accuracy ? Tables.Percent(accuracy) : "–",
                Tables.Time(job.SubmittedAt));
        }

        Context.Output.Write(jobs.Count == 0 ? new Text("No jobs. Submit one with `oc job submit FILE`.\n") : table);
        await WriteJsonAsync(arguments, jobs, cancellationToken);
        return ExitCodes.Success;
    }
}
