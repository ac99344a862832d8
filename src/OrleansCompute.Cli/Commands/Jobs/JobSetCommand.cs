using System.CommandLine;
using System.Globalization;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job set JOB`.</summary>
internal sealed class JobSetCommand : ClientCommand
{
    private readonly Argument<string> _job = new("JOB") { Description = "Name of the job, or TENANT/JOB." };
    private readonly Option<decimal?> _budget = new("--budget") { Description = "Most money that it may spend in all, with what it has spent.", HelpName = "X" };
    private readonly Option<bool> _noBudget = new("--no-budget") { Description = "It may spend what it needs." };
    private readonly Option<int?> _priority = new("--priority") { Description = "A higher one goes first, -1000 to 1000.", HelpName = "N" };
    private readonly TenantOption _tenant = new();

    public JobSetCommand(CommandContext context)
        : base(context, "set", "Change budget or priority of a job that is not finished; one whose money was used up goes on with more.")
    {
        Command.Arguments.Add(_job);
        Command.Options.Add(_budget);
        Command.Options.Add(_noBudget);
        Command.Options.Add(_priority);
        _tenant.AddTo(Command);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var settings = new JobSettings { Budget = arguments.GetValue(_budget), NoBudget = arguments.GetValue(_noBudget), Priority = arguments.GetValue(_priority) };
        if (settings == new JobSettings())
        {
            throw new CommandException("Nothing is to be changed; give --budget X, --no-budget or --priority N.");
        }

        if (settings is { NoBudget: true, Budget: not null })
        {
            throw new CommandException($"--budget is {settings.Budget} and --no-budget is given; allowed: one of them.");
        }

        var (tenant, job) = await _tenant.ResolveJobAsync(arguments, arguments.GetValue(_job)!, client, cancellationToken);
        var status = await client.Jobs.SetAsync(tenant, job, settings, cancellationToken);
        var resources = status.Spec.Resources;
        Context.Line($"{tenant}/{job}: {status.State}; budget {resources.Budget?.ToString(CultureInfo.InvariantCulture) ?? "without limit"}, priority {resources.Priority}.");
        await WriteJsonAsync(arguments, status, cancellationToken);
        return ExitCodes.Success;
    }
}
