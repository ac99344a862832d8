using System.CommandLine;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Deadlines;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Sweeps;
using OrleansCompute.Simulations.Tenants;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>The options of `oc sim cluster` and `oc sim sweep` for what a pool has around its policy: tenants, deadlines, nodes that are lent.</summary>
internal sealed class PoolArguments
{
    private const double LeastSpotHours = 0.1;

    private readonly Option<bool> _pipeline = new("--pipeline")
    {
        Description = "Decide as a pool does, with all that is around the policy: budgets, nodes that are lent, reservations, deadlines, rules for tenants, defragmentation, mixed gangs. Not with fgd.",
    };

    private readonly Option<bool> _cheap = new("--prefer-cheap")
    {
        Description = "With --pipeline: types are chosen by work per money, by the prices and watts that --cluster names.",
    };

    private readonly Option<FileInfo?> _tenants = new("--tenants")
    {
        Description = "Tenants with quotas, guarantees and weights (YAML); jobs that name none of them are dealt out among them. Not with fgd.", HelpName = "FILE",
    };

    private readonly Option<string?> _deadlines = new("--deadlines")
    {
        Description = "Give jobs deadlines: 0.3:1.5-3 is three tenths of them, due after 1.5 to 3 times what each takes alone on what it requested. Such jobs state their length. With --pipeline, those that cannot be met are refused at submission.",
        HelpName = "SPEC",
    };

    private readonly Option<double> _spot = new("--spot")
    {
        Description = "With --spot-every: part of each type's nodes that is lent and may be taken back, 0 to 1.", HelpName = "FRACTION", DefaultValueFactory = _ => 0.5,
    };

    private readonly Option<double?> _spotMean = new("--spot-every")
    {
        Description = "Mean hours until a lent node is taken back; never where it is left out.", HelpName = "HOURS",
    };

    private readonly Option<double> _spotNotice = new("--spot-notice")
    {
        Description = "With --spot-every: seconds from the notice until it is gone.", HelpName = "SECONDS", DefaultValueFactory = _ => 300,
    };

    private readonly Option<double> _spotAway = new("--spot-away")
    {
        Description = "With --spot-every: seconds until there is another in its place.", HelpName = "SECONDS", DefaultValueFactory = _ => 1_800,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _pipeline, _cheap, _tenants, _deadlines, _spot, _spotMean, _spotNotice, _spotAway })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The policy, alone or with all that is around it.</summary>
    public ISchedulingPolicy Create(ParseResult arguments, PolicySpec policy, Func<string, ISchedulingPolicy> alone)
    {
        var cheap = arguments.GetValue(_cheap);
        if (!arguments.GetValue(_pipeline))
        {
            return cheap ? throw new CommandException("--prefer-cheap needs --pipeline, of which it is a part.") : policy.Create(alone);
        }

        return policy.Parameters.IsEmpty
            ? PolicyPipeline.Create(policy.Name, new PipelineOptions { Cost = cheap ? new CostOptions() : null })
            : throw new CommandException($"--policy is '{policy}'; with --pipeline policies take no parameters.");
    }

    /// <summary>A run with its tenants and deadlines.</summary>
    public SimulationSetup ApplyTo(SimulationSetup setup, ParseResult arguments, int seed)
    {
        setup = arguments.GetValue(_tenants) is { } tenants ? TenantFile.Read(tenants.FullName).ApplyTo(setup) : setup;
        if (arguments.GetValue(_deadlines) is { } deadlines)
        {
            DeadlineDraw.Parse(deadlines).ApplyTo(setup, seed);
        }

        return setup;
    }

    public SimulationOptions ApplyTo(SimulationOptions options, ParseResult arguments) => options with
    {
        AdmitsDeadlines = arguments.GetValue(_pipeline),
        SpotFraction = arguments.GetValue(_spot),
        SpotMeanSeconds = arguments.GetValue(_spotMean) * 3600 ?? double.PositiveInfinity,
        SpotNoticeSeconds = arguments.GetValue(_spotNotice),
        SpotAwaySeconds = arguments.GetValue(_spotAway),
    };

    /// <summary>Refuses options that the format has no use for, and values out of their range.</summary>
    public void Check(ParseResult arguments, string format)
    {
        foreach (var option in new Option[] { _pipeline, _cheap, _tenants, _deadlines, _spot, _spotMean, _spotNotice, _spotAway })
        {
            FormatRules.Refuse(arguments, format, option, FormatRules.Timed);
        }

        FormatRules.Check(_spot, arguments.GetValue(_spot), value => value is >= 0 and <= 1, "0 to 1");
        FormatRules.Check(_spotMean, arguments.GetValue(_spotMean), value => value is >= LeastSpotHours and <= 1e9, "0.1 to 1000000000 hours");
        FormatRules.Check(_spotNotice, arguments.GetValue(_spotNotice), value => value is >= 0 and <= 1e9, "0 to 1000000000 seconds");
        FormatRules.Check(_spotAway, arguments.GetValue(_spotAway), value => value is >= 0 and <= 1e9, "0 to 1000000000 seconds");
        foreach (var option in new Option[] { _spot, _spotNotice, _spotAway })
        {
            FormatRules.Needs(arguments, option, _spotMean);
        }
    }
}
