using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Commands.Nodes;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Cli.Commands.Pools;

/// <summary>`oc pool what-if`.</summary>
internal sealed class PoolWhatIfCommand : ClientCommand
{
    private readonly PoolOption _pool = new();
    private readonly Option<string[]> _addNodes = new("--add-nodes")
    {
        Description = "Nodes that come, or with a negative number go.", HelpName = "KIND=N[xACCELERATORS]", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _drain = new("--drain") { Description = "A node that is drained.", HelpName = "NODE", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _job = new("--job") { Description = "A job that asks for something else.", HelpName = "TENANT/JOB" };
    private readonly Option<int?> _min = new("--min") { Description = "Fewest accelerators of that job.", HelpName = "N" };
    private readonly Option<int?> _max = new("--max") { Description = "Most accelerators of that job.", HelpName = "N" };
    private readonly Option<int?> _priority = new("--priority") { Description = "Priority of that job.", HelpName = "N" };
    private readonly Option<bool> _noBudget = new("--no-budget") { Description = "That job may spend what it needs." };
    private readonly Option<string[]> _quota = new("--quota")
    {
        Description = "Another limit of a tenant, of one kind or of all.", HelpName = "TENANT[:KIND]=N", AllowMultipleArgumentsPerToken = true,
    };

    public PoolWhatIfCommand(CommandContext context)
        : base(context, "what-if", "Ask the policy what it would decide if things were different. Changes nothing.")
    {
        _pool.AddTo(Command);
        foreach (var option in new Option[] { _addNodes, _drain, _job, _min, _max, _priority, _noBudget, _quota })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken)
    {
        var report = await client.Pools.WhatIfAsync(Question(arguments), _pool.Value(arguments), cancellationToken);
        if (report.Effects.IsEmpty)
        {
            Context.Line("Nothing would change.");
        }

        foreach (var effect in report.Effects)
        {
            Context.Line($"{effect.Job} {effect.Effect}: {Held(effect.Before, effect.BatchBefore)} → {Held(effect.After, effect.BatchAfter)}; {effect.Reason}{NodeExit.Start(effect)}");
        }

        Context.Line($"Accelerators held: {Tables.Number(report.HeldBefore, 2)} → {Tables.Number(report.HeldAfter, 2)}; {report.Unchanged} jobs as before.");
        await WriteJsonAsync(arguments, report, cancellationToken);
        return ExitCodes.Success;
    }

    private static string Held(string held, int? batch) => batch is { } samples ? $"{held}, batch {Tables.Number(samples)}" : held;

    private WhatIfQuestion Question(ParseResult arguments)
    {
        var job = arguments.GetValue(_job);
        var (min, max, priority) = (arguments.GetValue(_min), arguments.GetValue(_max), arguments.GetValue(_priority));
        if (job is null && ((min ?? max ?? priority) is not null || arguments.GetValue(_noBudget)))
        {
            throw new CommandException("--min, --max, --priority and --no-budget are about a job; name it with --job TENANT/JOB.");
        }

        if (job is not null && job.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            throw new CommandException($"--job is '{job}'; allowed: TENANT/JOB.");
        }

        return new WhatIfQuestion
        {
            AddNodes = [.. (arguments.GetValue(_addNodes) ?? []).Select(Nodes)],
            Drain = [.. arguments.GetValue(_drain) ?? []],
            Jobs = job is null
                ? []
                :
                [
                    new JobAdjustment
                    {
                        Tenant = job.Split('/')[0], Job = job.Split('/')[1], MinAccelerators = min, MaxAccelerators = max, Priority = priority,
                        NoBudget = arguments.GetValue(_noBudget),
                    },
                ],
            Quotas = [.. (arguments.GetValue(_quota) ?? []).Select(Quota)],
        };
    }

    private static NodesToAdd Nodes(string text)
    {
        if (text.Split('=') is [{ Length: > 0 } kind, var size] && size.Split('x') is [var count, ..] sizes && sizes.Length <= 2
            && int.TryParse(count, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var nodes))
        {
            if (sizes.Length == 1)
            {
                return new NodesToAdd { Kind = kind, Count = nodes };
            }

            if (int.TryParse(sizes[1], NumberStyles.None, CultureInfo.InvariantCulture, out var accelerators))
            {
                return new NodesToAdd { Kind = kind, Count = nodes, AcceleratorsPerNode = accelerators };
            }
        }

        throw new CommandException($"--add-nodes is '{text}'; allowed: KIND=N or KIND=NxACCELERATORS, for example cpu-avx512=2x1.");
    }

    private static QuotaAdjustment Quota(string text)
    {
        if (text.Split('=') is [var who, var limit] && who.Split(':') is [{ Length: > 0 } tenant, ..] parts && parts.Length <= 2
            && int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var max))
        {
            return new QuotaAdjustment { Tenant = tenant, Kind = parts.Length == 2 ? parts[1] : null, MaxAccelerators = max };
        }

        throw new CommandException($"--quota is '{text}'; allowed: TENANT=N or TENANT:KIND=N, for example acme=4.");
    }
}
