using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Packing;
using OrleansCompute.Simulations.Reports;
using OrleansCompute.Simulations.Sweeps;
using OrleansCompute.Simulations.Tenants;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>`oc sim cluster`: replays a trace under a policy.</summary>
internal sealed class SimClusterCommand : LocalCommand
{
    // Lines of jobs that were not done; there may be a hundred thousand.
    private const int MaxShown = 20;
    private readonly SimulationArguments _shared = new();
    private readonly PoolArguments _pool = new();

    private readonly Option<FileInfo> _workload = new("--workload")
    {
        Description = "The jobs.", HelpName = "FILE", Required = true,
    };

    private readonly Option<int> _seed = new("--seed") { Description = "Seed of all chance.", HelpName = "N" };
    private readonly Option<int?> _jobs = new("--generate-jobs")
    {
        Description = "Instead of the file itself: a workload of so many jobs, drawn after it with the seed; not with fgd.", HelpName = "N",
    };

    private readonly Option<bool> _perJob = new("--per-job") { Description = "Every job's outcome in the JSON as well; not with fgd, whose --trace tells it." };
    private readonly Option<FileInfo?> _html = new("--html") { Description = "Write a report with plots as well.", HelpName = "FILE" };
    private readonly Option<FileInfo?> _trace = new("--trace")
    {
        Description = "Write what changed in each round and why, as lines of JSON; with fgd where each task went.", HelpName = "FILE",
    };

    public SimClusterCommand(CommandContext context)
        : base(context, "cluster", "Replay a trace of jobs on a cluster. Exit status 0 where all jobs that were not refused are done, and not all were refused; else 1.")
    {
        _shared.AddTo(Command);
        _pool.AddTo(Command);
        foreach (Option option in new Option[] { _workload, _seed, _jobs, _perJob, _html, _trace })
        {
            Command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        SimulationSummary summary;
        try
        {
            summary = await Task.Run(() => Simulate(arguments, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is TraceFormatException or FormatException or ArgumentException)
        {
            throw new CommandException(exception.Message, exception);
        }

        foreach (var refused in (summary.Clairvoyant ?? summary).Refused)
        {
            await Context.Error.WriteLineAsync($"refused: {refused}");
        }

        foreach (var note in summary.Notes)
        {
            await Context.Error.WriteLineAsync($"note: {note}");
        }

        await ShowLeftAsync(summary);
        Show(summary);
        await WriteJsonAsync(arguments, summary, cancellationToken);
        return summary.UnfinishedJobs is > 0 || (summary.RefusedJobs > 0 && summary.Jobs == 0) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private SimulationSummary Simulate(ParseResult arguments, CancellationToken cancellationToken)
    {
        var format = _shared.Format(arguments);
        FormatRules.Refuse(arguments, format, _jobs, FormatRules.Timed);
        FormatRules.Refuse(arguments, format, _perJob, FormatRules.Timed);
        FormatRules.CheckWritable(arguments, _html);
        FormatRules.CheckWritable(arguments, _trace);
        FormatRules.Check(_jobs, arguments.GetValue(_jobs), value => value >= 1, "1 or more");
        _shared.Check(arguments, generates: arguments.GetValue(_jobs) is not null);
        _pool.Check(arguments, format);
        var policy = PolicySpec.Parse(_shared.Policy(arguments));
        _shared.CheckPolicy(arguments, policy);
        var seed = arguments.GetValue(_seed);
        if (format == "fgd")
        {
            return Pack(arguments, policy, seed, cancellationToken);
        }

        var files = WorkloadFiles.Expand([arguments.GetValue(_workload)!.FullName]);
        if (files.Count > 1)
        {
            throw new CommandException($"--workload is '{arguments.GetValue(_workload)!.FullName}', a folder; name one file, or use oc sim sweep.");
        }

        var one = new WorkloadFiles(_shared, _pool, arguments).Cases(files, arguments.GetValue(_jobs), seed, 1)[0];
        var setup = one.Setup(policy);
        var simulator = new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, _pool.ApplyTo(_shared.Options(arguments, seed), arguments), Context.Clock)
        {
            RecordsRounds = arguments.GetValue(_trace) is not null,
        };
        var result = simulator.Run(cancellationToken: cancellationToken);
        Report(arguments, $"{policy}: {one.Name} on {_shared.ClusterText(arguments)} ({_shared.Knowledge(arguments)})", result, setup);
        var summary = SimulationSummary.Of(format, policy.ToString(), seed, result, setup.Refused) with
        {
            Knowledge = _shared.Knowledge(arguments),
            Notes = setup.Notes,
            RestartSeconds = setup.Jobs.Select(job => job.RestartSeconds).Distinct().ToList() is [var same] ? same : null,
            PerJob = arguments.GetValue(_perJob) ? result.Outcomes : null,
        };
        return _shared.IsClairvoyant(arguments) ? summary.InTheClairvoyantTrack() : summary;
    }

    private SimulationSummary Pack(ParseResult arguments, PolicySpec policy, int seed, CancellationToken cancellationToken)
    {
        var demand = _shared.Demand(arguments);
        var setup = PackingSetup.Load(arguments.GetValue(_workload)!.FullName, _shared.Profiles(arguments, "the list of machines"));
        var begin = Context.Clock.GetTimestamp();
        var result = setup.Run(policy.Name, seed, demand, Context.Clock, cancellationToken);
        var (percent, took) = ((int)Math.Round(100 * demand), Context.Clock.GetElapsedTime(begin).TotalSeconds);
        if (arguments.GetValue(_html) is { } html)
        {
            File.WriteAllText(html.FullName, HtmlReport.Create(
                $"{policy}: {arguments.GetValue(_workload)!.Name}, seed {seed}, on {setup.Nodes.Length} machines", result, percent, setup.Refused));
        }

        if (arguments.GetValue(_trace) is { } trace)
        {
            using var writer = new StreamWriter(trace.FullName);
            DecisionTrace.Write(writer, setup.Nodes, result);
        }

        return SimulationSummary.Of(policy.Name, seed, result, percent, took, setup.Refused) with
        {
            Knowledge = _shared.Knowledge(arguments),
            Notes = [.. _shared.Notes(arguments)],
        };
    }

    private void Report(ParseResult arguments, string title, SimulationResult result, SimulationSetup setup)
    {
        if (arguments.GetValue(_html) is { } html)
        {
            File.WriteAllText(html.FullName, HtmlReport.Create(title, result, setup.Refused, setup.Notes));
        }

        if (arguments.GetValue(_trace) is { } trace)
        {
            using var writer = new StreamWriter(trace.FullName);
            DecisionTrace.Write(writer, result);
        }
    }

    private async Task ShowLeftAsync(SimulationSummary summary)
    {
        if (summary.EndReason is not { } reason || summary.Unfinished is not { } left)
        {
            return;
        }

        await Context.Error.WriteLineAsync($"not done: {left.Length} of {left.Length + summary.Jobs} jobs; the run ended because {reason}.");
        foreach (var job in left.Take(MaxShown))
        {
            await Context.Error.WriteLineAsync($"not done: {job.Id}{(job.Accelerators > 0 ? $", which held {job.Accelerators}" : "")}: {job.Reason}");
        }

        if (left.Length > MaxShown)
        {
            await Context.Error.WriteLineAsync($"not done: {left.Length - MaxShown} more; --json and --html name them all.");
        }
    }

    private void Show(SimulationSummary summary)
    {
        Context.Output.WriteLine($"{summary.Track} track: {summary.Knowledge}");
        summary = summary.Clairvoyant ?? summary;
        var table = Tables.Create("MEASURE", ">VALUE");
        table.Row(summary.PlacedJobs is null ? "jobs done" : "tasks", Tables.Number(summary.Jobs));
        Add("jobs not done", summary.UnfinishedJobs, "N0", "");
        Add("tasks placed", summary.PlacedJobs, "N0", "");
        Add("mean completion", summary.AvgJctSeconds / 3600, "N2", " h");
        Add("median completion", summary.MedianJctSeconds / 3600, "N2", " h");
        Add("99th percentile", summary.P99JctSeconds / 3600, "N2", " h");
        Add("makespan", summary.MakespanSeconds / 3600, "N2", " h");
        Add("mean wait", summary.AvgWaitSeconds / 3600, "N2", " h");
        Add("utilisation", 100 * summary.Utilisation, "N1", " %");
        Add("while demand exceeds supply", 100 * summary.SaturatedUtilisation, "N1", " %");
        Add("work of one alone per accelerator second", summary.GoodputFraction, "N3", "");
        Add("worst finish-time ratio", summary.WorstFtf, "N2", "");
        Add("unfair jobs", 100 * summary.UnfairFraction, "N1", " %");
        Add("accelerator hours per job", summary.GpuHoursPerJob, "N2", "");
        Add("cost", summary.Cost, "N2", "");
        Add("energy", summary.EnergyKwh, "N1", " kWh");
        Add("restarts per job", summary.RestartsPerJob, "N2", "");
        Add("failures of nodes per job", summary.FailuresPerJob is > 0 ? summary.FailuresPerJob : null, "N2", "");
        Add("deadlines", summary.Deadlines, "N0", "");
        Add("deadlines refused at submission", summary.DeadlinesRefused, "N0", "");
        Add("deadlines met", summary.DeadlinesMet, "N0", "");
        Add("allocated", 100 * summary.AllocationFraction, "N2", " %");
        Add("fragmented", 100 * summary.FragmentedFraction, "N2", " %");
        Add("decision, 99th percentile", summary.DecisionMsP99, "N2", " ms");
        Add("this run took", summary.WallSeconds, "N1", " s");
        Context.Output.Write(table);
        Show(summary.Tenants ?? [], summary.TenantFairness);

        void Add(string measure, double? value, string format, string unit)
        {
            if (value is { } number && !double.IsNaN(number))
            {
                table.Row(measure, number.ToString(format, CultureInfo.InvariantCulture) + unit);
            }
        }
    }

    private void Show(ImmutableArray<TenantOutcome> tenants, double? fairness)
    {
        if (tenants.IsEmpty)
        {
            return;
        }

        var table = Tables.Create("TENANT", "BELOW", ">JOBS", ">MEAN COMPLETION", ">SERVICE", ">ENTITLED", ">RATIO", ">RESTARTS");
        foreach (var tenant in tenants)
        {
            table.Row(
                tenant.Name, tenant.Parent, Tables.Number(tenant.Jobs), Text(tenant.AvgJctSeconds / 3600, "N2", " h"), Text(100 * tenant.ServiceFraction, "N1", " %"),
                Text(100 * tenant.EntitledFraction, "N1", " %"), Text(tenant.ServiceOverEntitlement, "N3", ""), Text(tenant.RestartsPerJob, "N2", ""));
        }

        Context.Output.Write(table);
        Context.Output.WriteLine($"fairness (Jain's index of service over entitlement) {Text(fairness ?? double.NaN, "N4", "")}");

        static string Text(double value, string format, string unit) =>
            double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) + unit : "–";
    }
}
