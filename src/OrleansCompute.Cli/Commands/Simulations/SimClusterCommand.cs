using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Gavel;
using OrleansCompute.Simulations.Packing;
using OrleansCompute.Simulations.Philly;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Reports;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>`oc sim cluster`: replays a trace under a policy.</summary>
internal sealed class SimClusterCommand : LocalCommand
{
    private readonly Option<string> _format = new("--format")
    {
        Description = "Format of the files: pollux, sia, gavel, fgd or philly.", HelpName = "FORMAT", Required = true,
    };

    private readonly Option<FileInfo> _workload = new("--workload")
    {
        Description = "The jobs.", HelpName = "FILE", Required = true,
    };

    private readonly Option<FileInfo?> _profiles = new("--profiles")
    {
        Description = "What else the format has: the folder of applications (pollux, sia; default: traces beside the workload's folder), the throughputs (gavel), the list of machines (fgd).", HelpName = "PATH",
    };

    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = "The cluster: v100:8x1,p100:16x1,k80:24x1 is type:nodes×accelerators per node; fgd takes it from --profiles.",
        HelpName = "SPEC",
    };

    private readonly Option<string> _policy = new("--policy")
    {
        Description = "Policy that decides.", HelpName = "NAME", DefaultValueFactory = _ => "default",
    };

    private readonly Option<double?> _round = new("--round")
    {
        Description = "Seconds between decisions; 360 for gavel, 300 for philly, 60 for the others where it is left out.", HelpName = "SECONDS",
    };

    private readonly Option<int> _seed = new("--seed") { Description = "Seed of all chance.", HelpName = "N" };

    private readonly Option<double> _demand = new("--demand")
    {
        Description = "With fgd: accelerators asked for in all, as a multiple of those there are.", HelpName = "RATIO",
        DefaultValueFactory = _ => PackingSetup.PublishedDemandRatio,
    };

    private readonly Option<ThroughputKnowledge> _knowledge = new("--knowledge")
    {
        Description = "With pollux and sia: step times are Measured before, or learned while running, PerJob or PerApplication; lengths are never known.",
        HelpName = "WHAT", DefaultValueFactory = _ => ThroughputKnowledge.Measured,
    };

    private readonly Option<double?> _restart = new("--restart")
    {
        Description = "With pollux and sia: seconds that a start or a change costs; 30, or by application, where it is left out.", HelpName = "SECONDS",
    };

    private readonly Option<double> _interference = new("--interference")
    {
        Description = "Part of its speed that a job on several nodes loses beside another.", HelpName = "FRACTION",
    };

    private readonly Option<double?> _mtbf = new("--mtbf")
    {
        Description = "Mean hours between failures of a node; none where it is left out.", HelpName = "HOURS",
    };

    private readonly Option<FileInfo?> _html = new("--html") { Description = "Write a report with plots as well; not with fgd.", HelpName = "FILE" };
    private readonly Option<FileInfo?> _trace = new("--trace")
    {
        Description = "Write what changed in each round and why, as lines of JSON; not with fgd.", HelpName = "FILE",
    };

    public SimClusterCommand(CommandContext context)
        : base(context, "cluster", "Replay a trace of jobs on a cluster.")
    {
        foreach (Option option in new Option[] { _format, _workload, _profiles, _cluster, _policy, _round, _seed, _demand, _knowledge, _restart, _interference, _mtbf, _html, _trace })
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

        foreach (var refused in summary.Refused)
        {
            await Context.Error.WriteLineAsync($"refused: {refused}");
        }

        Show(summary);
        await WriteJsonAsync(arguments, summary, cancellationToken);
        return summary.UnfinishedJobs is > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }

    private SimulationSummary Simulate(ParseResult arguments, CancellationToken cancellationToken)
    {
        var format = arguments.GetValue(_format)!;
        var workload = arguments.GetValue(_workload)!.FullName;
        var policy = arguments.GetValue(_policy)!;
        var seed = arguments.GetValue(_seed);
        return format switch
        {
            "gavel" => Replay(
                GavelSetup.Load(workload, Profiles(arguments, "the JSON of throughputs"), Cluster(arguments), policy),
                GavelSetup.PublishedRoundSeconds),
            "pollux" => Replay(Pollux(ApplicationFacts.Pollux), PolluxSetup.PublishedRoundSeconds),
            "sia" => Replay(Pollux(ApplicationFacts.Sia), PolluxSetup.PublishedRoundSeconds),
            "philly" => Replay(PhillySetup.Load(workload, Cluster(arguments), policy), 300),
            "fgd" => Pack(),
            _ => throw new CommandException($"--format is '{format}'; allowed: pollux, sia, gavel, fgd, philly."),
        };

        SimulationSetup Pollux(IReadOnlyDictionary<string, ApplicationFacts> facts) => PolluxSetup.Load(
            workload, arguments.GetValue(_profiles)?.FullName, Cluster(arguments), policy, facts, arguments.GetValue(_knowledge), arguments.GetValue(_restart));

        SimulationSummary Replay(SimulationSetup setup, double roundSeconds)
        {
            var options = new SimulationOptions
            {
                RoundSeconds = arguments.GetValue(_round) ?? roundSeconds,
                Seed = seed,
                InterferenceFraction = arguments.GetValue(_interference),
                NodeMtbfSeconds = arguments.GetValue(_mtbf) * 3600 ?? double.PositiveInfinity,
            };
            var simulator = new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, options, Context.Clock)
            {
                RecordsRounds = arguments.GetValue(_trace) is not null,
            };
            var result = simulator.Run(cancellationToken: cancellationToken);
            Report(arguments, $"{policy}: {Path.GetFileName(workload)} on {arguments.GetValue(_cluster)}", result);
            return SimulationSummary.Of(format, policy, seed, result, setup.Refused);
        }

        SimulationSummary Pack()
        {
            var demand = arguments.GetValue(_demand);
            var setup = PackingSetup.Load(workload, Profiles(arguments, "the list of machines"));
            var begin = Context.Clock.GetTimestamp();
            var result = setup.Run(policy, seed, demand, Context.Clock, cancellationToken);
            return SimulationSummary.Of(
                policy, seed, result, (int)Math.Round(100 * demand), Context.Clock.GetElapsedTime(begin).TotalSeconds, setup.Refused);
        }
    }

    private void Report(ParseResult arguments, string title, SimulationResult result)
    {
        if (arguments.GetValue(_html) is { } html)
        {
            File.WriteAllText(html.FullName, HtmlReport.Create(title, result));
        }

        if (arguments.GetValue(_trace) is { } trace)
        {
            using var writer = new StreamWriter(trace.FullName);
            DecisionTrace.Write(writer, result);
        }
    }

    private string Profiles(ParseResult arguments, string what) =>
        arguments.GetValue(_profiles)?.FullName ?? throw new CommandException($"--profiles is missing; it names {what}.");

    private ClusterSpec Cluster(ParseResult arguments) => ClusterSpec.Parse(
        arguments.GetValue(_cluster) ?? throw new CommandException("--cluster is missing; give TYPE:NODESxACCELERATORS, such as v100:8x1."));

    private void Show(SimulationSummary summary)
    {
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
        Add("worst finish-time ratio", summary.WorstFtf, "N2", "");
        Add("unfair jobs", 100 * summary.UnfairFraction, "N1", " %");
        Add("accelerator hours per job", summary.GpuHoursPerJob, "N2", "");
        Add("restarts per job", summary.RestartsPerJob, "N2", "");
        Add("allocated", 100 * summary.AllocationFraction, "N2", " %");
        Add("fragmented", 100 * summary.FragmentedFraction, "N2", " %");
        Add("decision, 99th percentile", summary.DecisionMsP99, "N2", " ms");
        Add("this run took", summary.WallSeconds, "N1", " s");
        Context.Output.Write(table);

        void Add(string measure, double? value, string format, string unit)
        {
            if (value is { } number && !double.IsNaN(number))
            {
                table.Row(measure, number.ToString(format, CultureInfo.InvariantCulture) + unit);
            }
        }
    }
}
