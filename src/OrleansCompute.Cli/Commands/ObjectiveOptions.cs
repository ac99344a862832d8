using System.CommandLine;
using OrleansCompute.Scheduling.Objectives;

namespace OrleansCompute.Cli.Commands;

/// <summary>What the pool of a server weighs beside speed: money, spot nodes, gangs that are together.</summary>
internal sealed class ObjectiveOptions
{
    private readonly Option<string?> _cost = new("--cost")
    {
        Description = "Prefer cheap nodes: the part of its speed that a job may lose for it, the part that must be saved, and the price of a kWh, "
            + "counted by the nodes' watts. Defaults 0.2, 0.1, 0. Without the option price does not count.",
        HelpName = "tolerance=F,saving=F,kwh=SUM", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _spot = new("--spot")
    {
        Description = "Jobs that take longer than this stay off spot nodes, and how long before it is taken a node is empty. Defaults 4h, 2m.",
        HelpName = "long=TIME,lead=TIME",
    };

    private readonly Option<string?> _defragment = new("--defragment")
    {
        Description = "Jobs moved in a round so that a gang is together, over which time it must pay, and how many times; or off. Defaults 8, 1h, 2.",
        HelpName = "off|moves=N,horizon=TIME,gain=F",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_cost);
        command.Options.Add(_spot);
        command.Options.Add(_defragment);
    }

    /// <exception cref="CommandException">A key is not known.</exception>
    public CostOptions? Cost(ParseResult arguments)
    {
        if (arguments.GetResult(_cost) is null)
        {
            return null;
        }

        var (values, usual) = (new KeyValues("--cost", arguments.GetValue(_cost) ?? "", "tolerance", "saving", "kwh"), new CostOptions());
        return new CostOptions
        {
            SpeedTolerance = values.Number("tolerance") ?? usual.SpeedTolerance,
            LeastSaving = values.Number("saving") ?? usual.LeastSaving,
            PricePerKilowattHour = values.Number("kwh") ?? usual.PricePerKilowattHour,
        };
    }

    public SpotOptions Spot(ParseResult arguments)
    {
        var (values, usual) = (new KeyValues("--spot", arguments.GetValue(_spot) ?? "", "long", "lead"), new SpotOptions());
        return new SpotOptions { LongSeconds = values.Seconds("long") ?? usual.LongSeconds, LeadSeconds = values.Seconds("lead") ?? usual.LeadSeconds };
    }

    /// <summary>Null where it is off.</summary>
    public DefragmentationOptions? Defragmentation(ParseResult arguments)
    {
        var (text, usual) = (arguments.GetValue(_defragment) ?? "", new DefragmentationOptions());
        if (text == "off")
        {
            return null;
        }

        var values = new KeyValues("--defragment", text, "moves", "horizon", "gain");
        var moves = values.Number("moves") ?? usual.MaxMoves;
        return new DefragmentationOptions
        {
            MaxMoves = moves is >= 0 and <= 1_000 && moves == Math.Floor(moves)
                ? (int)moves : throw new CommandException($"--defragment: moves is {moves}; allowed: 0 to 1000, a whole number."),
            HorizonSeconds = values.Seconds("horizon") ?? usual.HorizonSeconds,
            GainFactor = values.Number("gain") ?? usual.GainFactor,
        };
    }
}
