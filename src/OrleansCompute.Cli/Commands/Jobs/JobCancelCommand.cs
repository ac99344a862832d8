using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job cancel JOB`.</summary>
internal sealed class JobCancelCommand : ClientCommand
{
    private readonly Argument<string> _job = new("JOB") { Description = "Name of the job." };
    private readonly TenantOption _tenant = new();

    public JobCancelCommand(CommandContext context)
        : base(context, "cancel", "End a job.")
    {
        Command.Arguments.Add(_job);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var tenant = await _tenant.ResolveAsync(arguments, client, cancellationToken);
        var job = await client.Jobs.CancelAsync(tenant, arguments.GetValue(_job)!, cancellationToken);
        Context.Line($"{job.Spec.Tenant}/{job.Spec.Name}: {job.State}. {job.Reason}");
        await WriteJsonAsync(arguments, job, cancellationToken);
        return job.State == JobState.Cancelled ? ExitCodes.Success : ExitCodes.Failure;
    }
}
