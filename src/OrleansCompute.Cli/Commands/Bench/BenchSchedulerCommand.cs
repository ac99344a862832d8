using System.CommandLine;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Cli.Commands.Simulations;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Scale;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench scheduler`: how long the scheduler takes to decide for a large pool, on one core.</summary>
internal sealed class BenchSchedulerCommand : LocalCommand
{
    private readonly Option<int> _accelerators = Number("--accelerators", "Accelerators in the pool, in nodes of eight.", 10_000);
    private readonly Option<int> _jobs = Number("--jobs", "Unfinished jobs.", 10_000);
    private readonly Option<int> _rounds = Number("--rounds", "Whole rounds to measure.", 20);
    private readonly Option<int> _decisions = Number("--decisions", "Incremental decisions of each kind before each round.", 25);
    private readonly Option<int> _seed = Number("--seed", "Seed of the pool.", 1);
    private readonly Option<string> _policy = new("--policy") { Description = "Policy that decides.", HelpName = "NAME", DefaultValueFactory = _ => "default" };
    private readonly Option<int[]> _types = new("--types")
    {
        Description = "Numbers of accelerator types to measure with.", HelpName = "N", AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 3],
    };

    public BenchSchedulerCommand(CommandContext context)
        : base(context, "scheduler", "How long decisions for a large pool take: whole rounds, and one job coming or going.")
    {
        foreach (Option option in new Option[] { _accelerators, _jobs, _types, _policy, _rounds, _decisions, _seed })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Check(arguments);
        var times = new List<DecisionTimes>();
        try
        {
            foreach (var types in arguments.GetValue(_types)!)
            {
                foreach (var isElastic in new[] { true, false })
                {
                    times.Add(await Task.Run(() => Measure(arguments, types, isElastic, cancellationToken), cancellationToken));
                }
            }
        }
        catch (ArgumentException exception)
        {
            throw new CommandException(exception.Message, exception);
        }

        var table = Tables.Create("CASE", ">TYPES", ">ROUND p50 ms", ">p99", ">SUBMIT p50 ms", ">p99 ", ">FINISH p50 ms", ">p99  ", ">SPEED KEPT", ">HELD");
        foreach (var row in times)
        {
            table.Row(
                row.Case, Tables.Number(row.Types), Tables.Number(row.RoundMsP50, 1), Tables.Number(row.RoundMsP99, 1), Tables.Number(row.SubmitMsP50, 2),
                Tables.Number(row.SubmitMsP99, 2), Tables.Number(row.FinishMsP50, 2), Tables.Number(row.FinishMsP99, 2), Tables.Percent(row.SpeedRatio),
                Tables.Percent(row.HeldFraction));
        }

        Context.Output.Write(table);
        await WriteJsonAsync(arguments, times, cancellationToken);
        return ExitCodes.Success;
    }

    private static Option<int> Number(string name, string description, int standard) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };

    // Before any work, by the names that were typed.
    private void Check(ParseResult arguments)
    {
        FormatRules.Check(
            _accelerators, arguments.GetValue(_accelerators), value => value is >= SyntheticPool.PerNode and <= SyntheticPool.MaxAccelerators,
            $"{SyntheticPool.PerNode} to {SyntheticPool.MaxAccelerators}");
        FormatRules.Check(_jobs, arguments.GetValue(_jobs), value => value is >= 1 and <= SyntheticPool.MaxJobs, $"1 to {SyntheticPool.MaxJobs}");
        FormatRules.Check(_rounds, arguments.GetValue(_rounds), value => value >= 1, "1 or more");
        FormatRules.Check(_decisions, arguments.GetValue(_decisions), value => value >= 0, "0 or more");
        foreach (var types in arguments.GetValue(_types)!)
        {
            FormatRules.Check(_types, types, value => value >= 1 && value <= SyntheticPool.MaxTypes, $"1 to {SyntheticPool.MaxTypes}");
        }

        if (arguments.GetValue(_policy) is var policy && !SchedulingPolicies.Names.Contains(policy) && !SchedulingPolicies.ClairvoyantNames.Contains(policy))
        {
            throw new CommandException($"--policy is '{policy}'; allowed: {string.Join(", ", SchedulingPolicies.Names)}.");
        }
    }

    private DecisionTimes Measure(ParseResult arguments, int types, bool isElastic, CancellationToken cancellationToken)
    {
        var pool = new SyntheticPool(
            arguments.GetValue(_accelerators), arguments.GetValue(_jobs), types, isElastic, arguments.GetValue(_seed));
        return SchedulerBenchmark.Run(
            SchedulingPolicies.Create(arguments.GetValue(_policy)!), pool, isElastic ? "elastic" : "gangs", arguments.GetValue(_rounds),
            arguments.GetValue(_decisions), Context.Clock, cancellationToken);
    }
}
