using System.CommandLine;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Sweeps;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>The options that `oc sim cluster` and `oc sim sweep` share: what there is, who decides, what is known and what goes wrong.</summary>
internal sealed class SimulationArguments
{
    // Six minutes: with the ten that a repair takes, nodes are gone for most of the time already.
    private const double LeastMtbfHours = 0.1;

    private readonly Option<string> _format = new("--format")
    {
        Description = "Format of the files: pollux, sia, gavel, fgd or philly. pollux and sia read the same files and give other figures: with sia, restarts (15 to 250 s) and slowdowns are those that its authors fitted for each application; with pollux a restart is 30 s.", HelpName = "FORMAT", Required = true,
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
        Description = $"Policy that decides; a sweep takes several, with commas: {string.Join(", ", SchedulingPolicies.Names)}; with pollux and sia also {TypeBlindPolicy.BaselineName}, ours blind to types; with --knowledge Clairvoyant also {string.Join(", ", SchedulingPolicies.ClairvoyantNames)}; with fgd {string.Join(", ", PackingPolicies.Names)}. Ours takes parameters: default[MinMarginalEfficiency=0.1].",
        HelpName = "NAME", DefaultValueFactory = _ => "default",
    };

    private readonly Option<double?> _round = new("--round")
    {
        Description = "Seconds between decisions; 360 for gavel, 300 for philly, 60 for the others where it is left out.", HelpName = "SECONDS",
    };

    private readonly Option<bool> _startsBetween = new("--start-between-rounds")
    {
        Description = "Jobs start on what is free when they come, or when another is done, as in a live pool; what runs is moved at rounds only. Not with fgd.",
    };

    private readonly Option<double> _demand = new("--demand")
    {
        Description = "With fgd, and philly with --generate-jobs: accelerators asked for, as a multiple of those there are.", HelpName = "RATIO",
        DefaultValueFactory = _ => 1.3,
    };

    private readonly Option<SimulationKnowledge> _knowledge = new("--knowledge")
    {
        Description = "Step times (pollux, sia) are Measured before, or learned while running, PerJob, PerPool (going by other jobs that turned out alike) or PerApplication; nobody knows lengths. Clairvoyant: lengths are known, which is a track of its own.",
        HelpName = "WHAT", DefaultValueFactory = _ => SimulationKnowledge.Measured,
    };

    private readonly Option<double?> _restart = new("--restart")
    {
        Description = "Seconds that a start or a change costs. Where it is left out: 30 with pollux and philly, by application with sia, 0 with gavel, as in the authors' simulators.", HelpName = "SECONDS",
    };

    private readonly Option<bool> _caps = new("--cap-gangs")
    {
        Description = "With pollux and sia: a job that asks for more accelerators than there are of any type asks for those instead of being refused, so that policies without elasticity run all jobs as well.",
    };

    private readonly Option<double> _interference = new("--interference")
    {
        Description = "Part of its speed that a job on several nodes loses beside another.", HelpName = "FRACTION",
    };

    private readonly Option<double?> _mtbf = new("--mtbf")
    {
        Description = "Mean hours between failures of a node, 0.1 or more; none where it is left out.", HelpName = "HOURS",
    };

    private readonly Option<double> _repair = new("--repair")
    {
        Description = "With --mtbf: seconds until a failed node is back.", HelpName = "SECONDS", DefaultValueFactory = _ => 600,
    };

    private readonly Option<double> _checkpoint = new("--checkpoint-every")
    {
        Description = "Seconds of running between checkpoints, which a failure throws back to.", HelpName = "SECONDS", DefaultValueFactory = _ => 600,
    };

    private readonly Option<double> _checkpointCost = new("--checkpoint-cost")
    {
        Description = "Seconds for which a job stops to write one.", HelpName = "SECONDS",
    };

    private readonly Option<double?> _network = new("--network")
    {
        Description = "Bandwidth of a node's link, as a multiple of that of the measurements, shared by the jobs on it; without limit where it is left out.", HelpName = "RATIO",
    };

    private readonly Option<int> _rack = new("--rack")
    {
        Description = "Nodes of one type to a rack; 0 for no racks.", HelpName = "NODES",
    };

    private readonly Option<double> _oversubscription = new("--rack-oversubscription")
    {
        Description = "With --network and --rack: links of a rack's nodes, together, over the rack's own link.", HelpName = "RATIO",
        DefaultValueFactory = _ => 1,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _format, _profiles, _cluster, _policy, _round, _startsBetween, _demand, _knowledge, _restart, _caps, _interference, _mtbf, _repair, _checkpoint,
            _checkpointCost, _network, _rack, _oversubscription,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="CommandException">There is no such format.</exception>
    public string Format(ParseResult arguments) => FormatRules.Formats.Contains(arguments.GetValue(_format))
        ? arguments.GetValue(_format)!
        : throw new CommandException($"--format is '{arguments.GetValue(_format)}'; allowed: {string.Join(", ", FormatRules.Formats)}.");

    /// <summary>Refuses options that the format has no use for, and values out of their range, by the names and in the units of the command line.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="generates">Whether workloads are generated.</param>
    public void Check(ParseResult arguments, bool generates)
    {
        var format = Format(arguments);
        FormatRules.Refuse(arguments, format, _profiles, ["pollux", "sia", "gavel", "fgd"]);
        FormatRules.Refuse(arguments, format, _demand, ["philly", "fgd"]);
        FormatRules.Refuse(arguments, format, _caps, ["pollux", "sia"]);
        foreach (var option in new Option[]
        {
            _cluster, _startsBetween, _restart, _interference, _mtbf, _repair, _checkpoint, _checkpointCost, _network, _rack, _oversubscription,
        })
        {
            FormatRules.Refuse(arguments, format, option, FormatRules.Timed);
        }

        if (format == "philly" && !generates && FormatRules.IsGiven(arguments, _demand))
        {
            throw new CommandException("--demand goes with --format philly only where --generate-jobs is given as well; the file itself asks for what it asks for.");
        }

        var knowledge = arguments.GetValue(_knowledge);
        if ((knowledge is not (SimulationKnowledge.Measured or SimulationKnowledge.Clairvoyant) && format is not ("pollux" or "sia"))
            || (knowledge == SimulationKnowledge.Clairvoyant && format == "fgd"))
        {
            throw new CommandException(
                $"--knowledge {knowledge} does not go with --format {format}; it goes with {(knowledge == SimulationKnowledge.Clairvoyant ? string.Join(", ", FormatRules.Timed) : "pollux, sia")}.");
        }

        FormatRules.Check(_round, arguments.GetValue(_round), value => value is >= 1 and <= 86_400, "1 to 86400 seconds");
        FormatRules.Check(_demand, arguments.GetValue(_demand), value => value is > 0 and <= 100, "above 0, up to 100 times what there is");
        FormatRules.Check(_restart, arguments.GetValue(_restart), value => value is >= 0 and <= 1e6, "0 to 1000000 seconds");
        FormatRules.Check(_interference, arguments.GetValue(_interference), value => value is >= 0 and <= 0.99, "0 to 0.99");
        FormatRules.Check(
            _mtbf, arguments.GetValue(_mtbf), value => value is >= LeastMtbfHours and < 1e9,
            "0.1 to 1000000000 hours: nodes that fail more often than that let no job get on");
        FormatRules.Check(_repair, arguments.GetValue(_repair), value => value is >= 0 and <= 1e9, "0 to 1000000000 seconds");
        FormatRules.Check(_checkpoint, arguments.GetValue(_checkpoint), value => value is > 0 and <= 1e9, "above 0, up to 1000000000 seconds");
        FormatRules.Check(_checkpointCost, arguments.GetValue(_checkpointCost), value => value is >= 0 and <= 1e6, "0 to 1000000 seconds");
        FormatRules.Check(_network, arguments.GetValue(_network), value => value is > 0 and <= 1e9, "above 0, up to 1000000000");
        FormatRules.Check(_rack, arguments.GetValue(_rack), value => value >= 0, "0 (no racks) or more");
        FormatRules.Check(_oversubscription, arguments.GetValue(_oversubscription), value => value is > 0 and <= 1e9, "above 0, up to 1000000000");
        FormatRules.Needs(arguments, _repair, _mtbf);
        FormatRules.Needs(arguments, _oversubscription, _network);
        FormatRules.Needs(arguments, _oversubscription, _rack);
    }

    /// <summary>Refuses a policy that the format does not take, and names those that it does.</summary>
    public void CheckPolicy(ParseResult arguments, PolicySpec policy)
    {
        var format = Format(arguments);
        if (format == "fgd" && !policy.Parameters.IsEmpty)
        {
            throw new CommandException($"--policy is '{policy}'; policies take no parameters with --format fgd.");
        }

        IReadOnlyList<string> allowed = format == "fgd" ? PackingPolicies.Names
            : format is "pollux" or "sia" ? [.. SchedulingPolicies.Names, TypeBlindPolicy.BaselineName] : SchedulingPolicies.Names;
        if (!allowed.Contains(policy.Name) && (format == "fgd" || !SchedulingPolicies.ClairvoyantNames.Contains(policy.Name)))
        {
            throw new CommandException($"--policy is '{policy.Name}'; allowed{(format is "fgd" or "pollux" or "sia" ? $" with --format {format}" : "")}: {string.Join(", ", allowed)}.");
        }

        if (SchedulingPolicies.ClairvoyantNames.Contains(policy.Name) && !IsClairvoyant(arguments))
        {
            throw new CommandException($"--policy is '{policy.Name}', which needs to know how long jobs are; give --knowledge Clairvoyant as well.");
        }
    }

    /// <summary>What the result should say of options that make no difference.</summary>
    public IEnumerable<string> Notes(ParseResult arguments) => Format(arguments) == "fgd" && FormatRules.IsGiven(arguments, _round)
        ? ["--round makes no difference with --format fgd: tasks are placed one by one, as they come."] : [];

    public string? ProfilesOrNone(ParseResult arguments) => arguments.GetValue(_profiles)?.FullName;

    public string Profiles(ParseResult arguments, string what) =>
        ProfilesOrNone(arguments) ?? throw new CommandException($"--profiles is missing; it names {what}.");

    public ClusterSpec Cluster(ParseResult arguments) => ClusterSpec.Parse(
        arguments.GetValue(_cluster) ?? throw new CommandException("--cluster is missing; give TYPE:NODESxACCELERATORS, such as v100:8x1."));

    public string? ClusterText(ParseResult arguments) => arguments.GetValue(_cluster);

    public string Policy(ParseResult arguments) => arguments.GetValue(_policy)!;

    public double Demand(ParseResult arguments) => arguments.GetValue(_demand);

    public double? Restart(ParseResult arguments) => arguments.GetValue(_restart);

    public bool CapsGangs(ParseResult arguments) => arguments.GetValue(_caps);

    public int NodesPerRack(ParseResult arguments) => arguments.GetValue(_rack);

    /// <summary>What is known of step times.</summary>
    public ThroughputKnowledge Throughput(ParseResult arguments) => arguments.GetValue(_knowledge) switch
    {
        SimulationKnowledge.PerJob => ThroughputKnowledge.PerJob,
        SimulationKnowledge.PerPool => ThroughputKnowledge.PerPool,
        SimulationKnowledge.PerApplication => ThroughputKnowledge.PerApplication,
        _ => ThroughputKnowledge.Measured,
    };

    public bool IsClairvoyant(ParseResult arguments) => arguments.GetValue(_knowledge) == SimulationKnowledge.Clairvoyant;

    /// <summary>The condition of a run in words, for people and for JSON.</summary>
    public string Knowledge(ParseResult arguments) => (Format(arguments), arguments.GetValue(_knowledge)) switch
    {
        ("fgd", _) => "requests as they come",
        (_, SimulationKnowledge.Clairvoyant) => "speeds and lengths known",
        ("gavel", _) => "speeds measured before; lengths unknown",
        ("philly", _) => "lengths unknown",
        (_, SimulationKnowledge.PerJob) => "step times learned by each job while it runs; lengths unknown",
        (_, SimulationKnowledge.PerPool) => "step times learned by each job while it runs, and from others that turned out alike; lengths unknown",
        (_, SimulationKnowledge.PerApplication) => "step times learned by the jobs of an application together; lengths unknown",
        _ => "step times measured before; lengths unknown",
    };

    public SimulationOptions Options(ParseResult arguments, int seed) => new()
    {
        RoundSeconds = arguments.GetValue(_round) ?? Format(arguments) switch
        {
            "gavel" => OrleansCompute.Simulations.Gavel.GavelSetup.PublishedRoundSeconds,
            "philly" => 300,
            _ => PolluxSetup.PublishedRoundSeconds,
        },
        StartsBetweenRounds = arguments.GetValue(_startsBetween),
        Seed = seed,
        IsClairvoyant = IsClairvoyant(arguments),
        InterferenceFraction = arguments.GetValue(_interference),
        NodeMtbfSeconds = arguments.GetValue(_mtbf) * 3600 ?? double.PositiveInfinity,
        NodeRepairSeconds = arguments.GetValue(_repair),
        CheckpointSeconds = arguments.GetValue(_checkpoint),
        CheckpointCostSeconds = arguments.GetValue(_checkpointCost),
        LinkBandwidthRatio = arguments.GetValue(_network) ?? double.PositiveInfinity,
        RackOversubscription = arguments.GetValue(_oversubscription),
    };
}
