using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job cancel JOB`.</summary>
internal sealed class JobCancelCommand : ClientCommand
{
    private readonly Argument<string> _job = new("JOB") { Description = "Name of the job, or TENANT/JOB." };
    private readonly TenantOption _tenant = new();

    public JobCancelCommand(CommandContext context)
        : base(context, "cancel", "End a job.")
    {
        Command.Arguments.Add(_job);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var (tenant, name) = await _tenant.ResolveJobAsync(arguments, arguments.GetValue(_job)!, client, cancellationToken);
        var job = await client.Jobs.CancelAsync(tenant, name, cancellationToken);
        Context.Line($"{job.Spec.Tenant}/{job.Spec.Name}: {job.State}. {job.Reason}");
        await WriteJsonAsync(arguments, job, cancellationToken);
        return job.State == JobState.Cancelled ? ExitCodes.Success : ExitCodes.Failure;
    }
}
