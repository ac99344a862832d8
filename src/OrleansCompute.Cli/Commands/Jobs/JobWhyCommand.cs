using System.CommandLine;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job why TENANT/JOB`.</summary>
internal sealed class JobWhyCommand : ClientCommand
{
    private readonly Argument<string> _job = new("JOB") { Description = "Name of the job, or TENANT/JOB." };
    private readonly TenantOption _tenant = new();

    public JobWhyCommand(CommandContext context)
        : base(context, "why", "Say why a job waits, who holds what it needs, and what would let it start.")
    {
        Command.Arguments.Add(_job);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var (tenant, job) = await _tenant.ResolveJobAsync(arguments, arguments.GetValue(_job)!, client, cancellationToken);
        var why = await client.Jobs.WhyAsync(tenant, job, cancellationToken);
        Context.Line(why.Sentence + Tables.AsOf(why.AskedAt));
        if (why.IsWaiting && !why.Holders.IsDefaultOrEmpty)
        {
            var table = Tables.Create("KIND", ">HELD", "BY TENANT", "JOB", "UNTIL ABOUT (UTC)");
            foreach (var holder in why.Holders)
            {
                table.Row(holder.Kind, Tables.Amount(holder.Amount ?? holder.Accelerators), holder.Tenant.Length == 0 ? "another tenant" : holder.Tenant, holder.Job.Length == 0 ? "–" : holder.Job, Tables.Time(holder.Until));
            }

            Context.Output.Write(table);
        }

        await WriteJsonAsync(arguments, why, cancellationToken);
        return ExitCodes.Success;
    }
}
