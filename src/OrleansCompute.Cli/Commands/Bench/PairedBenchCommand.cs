using System.CommandLine;
using System.Globalization;
using OrleansCompute.Cli.Bench;
using OrleansCompute.Cli.Commands.Models;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>A benchmark beside PyTorch and OpenBLAS, if they are installed: options, rounds, table and JSON.</summary>
internal abstract class PairedBenchCommand : LocalCommand
{
    private readonly Option<int[]> _threads = new("--threads")
    {
        Description = "Threads to measure with, 1 to 256 each. Default: 1 and 2.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2],
    };

    private readonly Option<int> _rounds = new("--rounds") { Description = "Rounds of each measurement, 1 to 100; the median counts.", DefaultValueFactory = _ => 5 };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Seconds of each round, 0.01 to 60.", DefaultValueFactory = _ => 0.5 };
    private readonly Option<bool> _alone = new("--alone") { Description = "Do not measure PyTorch and OpenBLAS beside." };

    protected PairedBenchCommand(CommandContext context, string name, string description)
        : base(context, name, description)
    {
        Command.Options.Add(_threads);
        Command.Options.Add(_rounds);
        Command.Options.Add(_seconds);
        Command.Options.Add(_alone);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        int[] threads = arguments.GetValue(_threads)!;
        var (rounds, seconds) = (arguments.GetValue(_rounds), arguments.GetValue(_seconds));
        Require(threads.Length > 0 && threads.All(count => count is >= 1 and <= 256), "--threads", string.Join(" ", threads), "1 to 256 each");
        Require(rounds is >= 1 and <= 100, "--rounds", $"{rounds}", "1 to 100");
        Require(seconds is >= 0.01 and <= 60, "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "0.01 to 60");
        var (peer, reason) = IsAlone(arguments) ? (null, "--alone")
            : !NeedsPeer(arguments) ? (null, "nothing that is measured has one in PyTorch")
            : await Peers.StartAsync(threads[0], cancellationToken);
        await using var ended = peer;
        Context.Line(peer is null ? $"without a peer: {reason}" : $"beside {peer.Version}; both sides take turns, {rounds} rounds of {Tables.Number(seconds, 2)} s; medians");
        var pairs = new PairedRounds(peer, Context.Clock, rounds, seconds);
        var results = new List<PairedResult>();
        var table = Tables.Create("", ">threads", ">ours", ">peer", "unit", ">ratio", ">best", ">our CPU", ">peer CPU", ">CPU", ">spread");
        await foreach (var result in MeasureAsync(arguments, threads, pairs, cancellationToken))
        {
            results.Add(result);
            table.Row(
                result.Name, $"{result.Threads}", Figure(result.Ours), Figure(result.Peer), result.Unit, Figure(result.Ratio, 2), Figure(result.RatioBest, 2),
                Cpu(result.OursCpuMicrosecondsPerItem), Cpu(result.PeerCpuMicrosecondsPerItem), Figure(result.RatioCpu, 2), Tables.Percent(result.OursSpread));
        }

        Context.Output.Write(table);
        Context.Line(
            "ratio: median over the turns of ours / peer, above 1 is faster; best: the best turn of each; CPU: processor time of all threads "
            + "per item, µs, and peer / ours. spread: (fastest - slowest turn) / median.");
        var worst = results.Where(result => result.RatioBest is not null).MinBy(result => result.RatioBest);
        if (worst is not null)
        {
            Context.Line($"slowest beside the peer: {worst.Name}, {worst.Threads} threads, best {Figure(worst.RatioBest)}, median {Figure(worst.Ratio)}, CPU {Figure(worst.RatioCpu)}");
        }

        await WriteJsonAsync(
            arguments, new { Peer = peer?.Version, Rounds = rounds, RoundSeconds = seconds, Results = results, Worst = worst }, cancellationToken);
        return ExitCodes.Success;
    }

    protected abstract IAsyncEnumerable<PairedResult> MeasureAsync(
        ParseResult arguments, IReadOnlyList<int> threads, PairedRounds rounds, CancellationToken cancellationToken);

    /// <summary>Whether anything is measured that PyTorch does as well.</summary>
    protected virtual bool NeedsPeer(ParseResult arguments) => true;

    /// <summary>Whether the user wants no peers.</summary>
    protected bool IsAlone(ParseResult arguments) => arguments.GetValue(_alone);

    /// <summary>Refuses an option's value.</summary>
    /// <exception cref="CommandException">It is not allowed.</exception>
    protected static void Require(bool isAllowed, string option, string value, string allowed)
    {
        if (!isAllowed)
        {
            throw new CommandException($"{option} is {value}; allowed {allowed}.");
        }
    }

    private static string Figure(double? value, int decimals = 1) => value is { } number ? Tables.Number(number, number < 10 ? 2 : decimals) : "–";

    private static string Cpu(double? value) => value is { } number ? Tables.Number(number, number < 10 ? 3 : 0) : "–";
}
