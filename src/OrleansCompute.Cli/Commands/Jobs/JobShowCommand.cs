using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job show JOB`.</summary>
internal sealed class JobShowCommand : ClientCommand
{
    private readonly Argument<string> _job = new("JOB") { Description = "Name of the job, or TENANT/JOB." };
    private readonly TenantOption _tenant = new();

    public JobShowCommand(CommandContext context)
        : base(context, "show", "Show a job.")
    {
        Command.Arguments.Add(_job);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var (tenant, name) = await _tenant.ResolveJobAsync(arguments, arguments.GetValue(_job)!, client, cancellationToken);
        var job = await client.Jobs.GetAsync(tenant, name, cancellationToken);
        Context.Line($"{job.Spec.Tenant}/{job.Spec.Name}: {job.State}. {job.Reason}".TrimEnd());
        if (job.State == JobState.Queued)
        {
            Context.Line($"Why it waits: oc job why {tenant}/{name}");
        }

        if (BatchLine.Of(job) is { } batch)
        {
            Context.Line(batch);
        }

        if ((job.Result?.Workers ?? job.Progress?.Workers) is { IsDefaultOrEmpty: false } workers)
        {
            var table = Tables.Create("NODE", "ACCELERATOR", ">SHARE", ">IMAGES/S");
            foreach (var worker in workers)
            {
                table.Row(worker.Node, worker.Accelerator, Tables.Percent(worker.ShareFraction), Tables.Number(worker.ImagesPerSecond));
            }

            Context.Output.Write(table);
        }

        foreach (var entry in job.Events)
        {
            Context.Line($"{Tables.Time(entry.At)}  {entry.Text}");
        }

        await WriteJsonAsync(arguments, job, cancellationToken);
        return ExitCodes.Success;
    }
}
