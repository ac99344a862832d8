using System.CommandLine;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>The options that `oc sim cluster` and `oc sim sweep` share: what there is, who decides, what is known and what goes wrong.</summary>
internal sealed class SimulationArguments
{
    private readonly Option<string> _format = new("--format")
    {
        Description = "Format of the files: pollux, sia, gavel, fgd or philly.", HelpName = "FORMAT", Required = true,
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
        Description = "Policy that decides; a sweep takes several, with commas. Ours takes parameters: default[MinMarginalEfficiency=0.1]. With pollux and sia also onetype: ours, blind to types.",
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
        Description = "Step times (pollux, sia) are Measured before, or learned while running, PerJob or PerApplication; nobody knows lengths. Clairvoyant: lengths are known, which is a track of its own.",
        HelpName = "WHAT", DefaultValueFactory = _ => SimulationKnowledge.Measured,
    };

    private readonly Option<double?> _restart = new("--restart")
    {
        Description = "With pollux and sia: seconds that a start or a change costs; 30, or by application, where it is left out.", HelpName = "SECONDS",
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
        Description = "Mean hours between failures of a node; none where it is left out.", HelpName = "HOURS",
    };

    private readonly Option<double> _repair = new("--repair")
    {
        Description = "Seconds until a failed node is back.", HelpName = "SECONDS", DefaultValueFactory = _ => 600,
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

    public string Format(ParseResult arguments) => arguments.GetValue(_format) is "pollux" or "sia" or "gavel" or "fgd" or "philly"
        ? arguments.GetValue(_format)!
        : throw new CommandException($"--format is '{arguments.GetValue(_format)}'; allowed: pollux, sia, gavel, fgd, philly.");

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

    public int NodesPerRack(ParseResult arguments) => arguments.GetValue(_rack) is >= 0 and var nodes
        ? nodes
        : throw new CommandException($"--rack is {arguments.GetValue(_rack)}; allowed 0 (no racks) or more.");

    /// <summary>What is known of step times.</summary>
    public ThroughputKnowledge Throughput(ParseResult arguments) => arguments.GetValue(_knowledge) switch
    {
        SimulationKnowledge.PerJob => ThroughputKnowledge.PerJob,
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
        (_, SimulationKnowledge.PerApplication) => "step times learned by the jobs of an application together; lengths unknown",
        _ => "step times measured before; lengths unknown",
    };

    public void CheckTrack(ParseResult arguments, string policy)
    {
        if (SchedulingPolicies.ClairvoyantNames.Contains(policy) && !IsClairvoyant(arguments))
        {
            throw new CommandException($"--policy is '{policy}', which needs to know how long jobs are; give --knowledge Clairvoyant as well.");
        }
    }

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
