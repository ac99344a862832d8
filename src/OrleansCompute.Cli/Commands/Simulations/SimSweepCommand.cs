using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Packing;
using OrleansCompute.Simulations.Sweeps;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>`oc sim sweep`: several policies on several workloads or seeds, each on the same ones.</summary>
internal sealed class SimSweepCommand : LocalCommand
{
    private const int MaxNamed = 10;
    private readonly SimulationArguments _shared = new();
    private readonly PoolArguments _pool = new();

    private readonly Option<string[]> _workloads = new("--workload")
    {
        Description = "Files or folders of workloads; may be given several times.", HelpName = "PATH", Required = true, AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _jobs = new("--generate-jobs")
    {
        Description = "Instead of the files themselves: workloads of so many jobs, drawn after them, one for each seed; not with fgd.", HelpName = "N",
    };

    private readonly Option<int> _seed = new("--seed") { Description = "First seed.", HelpName = "N" };
    private readonly Option<int> _seeds = new("--seeds")
    {
        Description = "How many seeds, from the first on.", HelpName = "N", DefaultValueFactory = _ => 1,
    };

    public SimSweepCommand(CommandContext context)
        : base(context, "sweep", "Compare policies on several workloads, or seeds: mean, spread and each one. Exit status 0 where all jobs that were not refused are done in every run, and in none all were refused; else 1.")
    {
        _shared.AddTo(Command);
        _pool.AddTo(Command);
        foreach (Option option in new Option[] { _workloads, _jobs, _seed, _seeds })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            Check(arguments);
            var policies = PolicySpec.ParseList(_shared.Policy(arguments));
            foreach (var policy in policies)
            {
                _shared.CheckPolicy(arguments, policy);
            }

            var summary = await Task.Run(() => Run(arguments, policies, cancellationToken), cancellationToken);
            foreach (var note in summary.Notes)
            {
                await Context.Error.WriteLineAsync($"note: {note}");
            }

            foreach (var run in summary.Runs.Where(run => run.Unfinished is not null || run.RefusedJobs > 0))
            {
                var left = run.Unfinished?.Select(job => job.Id).ToList() ?? [];
                await Context.Error.WriteLineAsync(left.Count == 0
                    ? $"refused: {run.RefusedJobs} of {run.RefusedJobs + run.Jobs} jobs of {run.Workload} under {run.Policy}; oc sim cluster names them."
                    : $"not done: {left.Count} of {left.Count + run.Jobs} jobs of {run.Workload} under {run.Policy} ({string.Join(", ", left.Take(MaxNamed))}{(left.Count > MaxNamed ? ", …" : "")}); the run ended because {run.EndReason}.");
            }

            Show(summary);
            await WriteJsonAsync(arguments, summary, cancellationToken);
            return summary.Policies.Any(policy => policy.UnfinishedJobs > 0) || summary.Runs.Any(run => run.RefusedJobs > 0 && run.Jobs == 0) ? ExitCodes.Failure : ExitCodes.Success;
        }
        catch (Exception exception) when (exception is TraceFormatException or FormatException or ArgumentException)
        {
            throw new CommandException(exception.Message, exception);
        }
    }

    private SweepSummary Run(ParseResult arguments, IReadOnlyList<PolicySpec> policies, CancellationToken cancellationToken)
    {
        var (seed, seeds) = (arguments.GetValue(_seed), arguments.GetValue(_seeds));
        if (seeds is < 1 or > 10_000)
        {
            throw new CommandException($"--seeds is {seeds}; allowed 1 to 10000.");
        }

        var files = WorkloadFiles.Expand(arguments.GetValue(_workloads)!);
        var summary = new SweepSummary
        {
            Format = _shared.Format(arguments),
            Cluster = _shared.ClusterText(arguments),
            Track = _shared.IsClairvoyant(arguments) ? "clairvoyant" : "blind",
            Knowledge = _shared.Knowledge(arguments),
            GeneratedJobs = arguments.GetValue(_jobs),
        };
        if (summary.Format == "fgd")
        {
            var notes = _shared.Notes(arguments).ToList();
            return summary with
            {
                Packing = [.. Pack(arguments, files, policies, seed, seeds, notes, cancellationToken)], Notes = [.. notes],
            };
        }

        var cases = new WorkloadFiles(_shared, _pool, arguments).Cases(files, summary.GeneratedJobs, seed, seeds);
        var rows = Sweep.Run(cases, policies, _pool.ApplyTo(_shared.Options(arguments, seed), arguments), Context.Clock, cancellationToken).ToList();
        return summary with
        {
            Policies = SweepTotals.Of(rows),
            Runs = [.. rows.Select(SweepRunSummary.Of)],
            Notes = [.. rows.SelectMany(row => row.Notes).Distinct(StringComparer.Ordinal)],
        };
    }

    private void Check(ParseResult arguments)
    {
        var format = _shared.Format(arguments);
        FormatRules.Refuse(arguments, format, _jobs, FormatRules.Timed);
        FormatRules.Check(_jobs, arguments.GetValue(_jobs), value => value >= 1, "1 or more");
        _shared.Check(arguments, generates: arguments.GetValue(_jobs) is not null);
        _pool.Check(arguments, format);
    }

    private IEnumerable<SweepPackingSummary> Pack(
        ParseResult arguments, List<string> files, IReadOnlyList<PolicySpec> policies, int seed, int seeds, List<string> notes, CancellationToken cancellationToken)
    {
        var (machines, demand) = (_shared.Profiles(arguments, "the list of machines"), _shared.Demand(arguments));
        var percent = (int)Math.Round(100 * demand);
        foreach (var file in files)
        {
            var setup = PackingSetup.Load(file, machines);
            if (setup.Refused.Length > 0)
            {
                notes.Add($"{setup.Refused.Length} of {setup.Refused.Length + setup.Tasks.Length} tasks of {Path.GetFileName(file)} are refused; oc sim cluster names them.");
            }

            foreach (var policy in policies)
            {
                var results = Enumerable.Range(seed, seeds).Select(number => setup.Run(policy.Name, number, demand, null, cancellationToken)).ToList();
                yield return SweepPackingSummary.Of(
                    Path.GetFileName(file), policy.Name, seed, [.. results.Select(result => result.AllocationPercent(percent))],
                    [.. results.Select(result => result.FragmentedPercent(80))]);
            }
        }
    }

    private void Show(SweepSummary summary)
    {
        Context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Track} track: {summary.Knowledge}"));
        if (!summary.Packing.IsEmpty)
        {
            var packing = Tables.Create("WORKLOAD", "POLICY", ">SEEDS", ">ALLOCATED %", ">± ", ">FRAGMENTED AT 80 %");
            foreach (var row in summary.Packing)
            {
                packing.Row(
                    row.Workload, row.Policy, Tables.Number(row.AllocationPercentBySeed.Length), Tables.Number(row.MeanAllocationPercent, 2),
                    Tables.Number(row.AllocationDeviation, 2), Tables.Number(row.MeanFragmentedPercentAt80, 2));
            }

            Context.Output.Write(packing);
            return;
        }

        var runs = Tables.Create("WORKLOAD", "POLICY", ">JOBS", ">MEAN s", ">99 % s", ">MAKESPAN s", ">RESTARTS");
        foreach (var run in summary.Runs)
        {
            runs.Row(
                run.Workload, run.Policy, Tables.Number(run.Jobs), Tables.Number(run.AvgJctSeconds), Tables.Number(run.P99JctSeconds),
                Tables.Number(run.MakespanSeconds), Tables.Number(run.RestartsPerJob, 2));
        }

        Context.Output.Write(runs);
        var totals = Tables.Create("POLICY", ">N", ">MEAN s", ">±", ">99 % OF ALL s", ">MAKESPAN s", ">HELD WHEN FULL", ">RATIO", ">± ", ">SHORTER", ">SIGN TEST");
        foreach (var policy in summary.Policies)
        {
            totals.Row(
                policy.Policy, Tables.Number(policy.Workloads), Tables.Number(policy.MeanJctSeconds), Tables.Number(policy.MeanJctDeviation),
                Tables.Number(policy.P99JctSeconds), Tables.Number(policy.MeanMakespanSeconds), Tables.Percent(policy.MeanSaturatedUtilisation),
                Tables.Number(policy.RatioToFirst, 3), Tables.Number(policy.RatioError, 3), $"{policy.ShorterThanFirst} of {policy.Workloads}",
                policy.SignTest.ToString("G2", CultureInfo.InvariantCulture));
        }

        Context.Output.Write(totals);
    }
}
