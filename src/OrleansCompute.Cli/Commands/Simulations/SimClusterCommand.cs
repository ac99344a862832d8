using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Gavel;
using OrleansCompute.Simulations.Packing;
using OrleansCompute.Simulations.Philly;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>`oc sim cluster`: replays a trace under a policy.</summary>
internal sealed class SimClusterCommand : LocalCommand
{
    private readonly Option<string> _format = new("--format")
    {
        Description = "Format of the files: gavel, fgd or philly.", HelpName = "FORMAT", Required = true,
    };

    private readonly Option<FileInfo> _workload = new("--workload")
    {
        Description = "The jobs.", HelpName = "FILE", Required = true,
    };

    private readonly Option<FileInfo?> _profiles = new("--profiles")
    {
        Description = "What else the format has: the throughputs (gavel), the list of machines (fgd).", HelpName = "PATH",
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
        Description = "Seconds between decisions; 360 for gavel and 300 for philly where it is left out.", HelpName = "SECONDS",
    };

    private readonly Option<int> _seed = new("--seed") { Description = "Seed of all chance.", HelpName = "N" };

    private readonly Option<double> _demand = new("--demand")
    {
        Description = "With fgd: accelerators asked for in all, as a multiple of those there are.", HelpName = "RATIO",
        DefaultValueFactory = _ => PackingSetup.PublishedDemandRatio,
    };

    public SimClusterCommand(CommandContext context)
        : base(context, "cluster", "Replay a trace of jobs on a cluster.")
    {
        foreach (Option option in new Option[] { _format, _workload, _profiles, _cluster, _policy, _round, _seed, _demand })
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
            "philly" => Replay(PhillySetup.Load(workload, Cluster(arguments), policy), 300),
            "fgd" => Pack(),
            _ => throw new CommandException($"--format is '{format}'; allowed: gavel, fgd, philly."),
        };

        SimulationSummary Replay(SimulationSetup setup, double roundSeconds)
        {
            var options = new SimulationOptions { RoundSeconds = arguments.GetValue(_round) ?? roundSeconds, Seed = seed };
            var result = new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, options, Context.Clock)
                .Run(cancellationToken: cancellationToken);
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
