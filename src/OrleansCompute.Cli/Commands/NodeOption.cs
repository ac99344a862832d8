using System.CommandLine;
using System.Globalization;
using OrleansCompute.Contracts;
using OrleansCompute.Silo;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using AcceleratorOptions = OrleansCompute.Grains.Accelerators.AcceleratorOptions;

namespace OrleansCompute.Cli.Commands;

/// <summary>The nodes of a server, where it is to be more than one of the whole machine.</summary>
internal sealed class NodeOption
{
    private readonly Option<string[]> _nodes = new("--node")
    {
        Description = "A node with one accelerator of one thread, and which part of a core it may use, and with which vector instructions of the processor it computes, which makes its kind; and what is to be known of its machine. Several try out a pool on one machine, "
            + "and share its cores and memory where they say none. Default: one node, of all cores.",
        HelpName = $"NAME[=SHARE][@KIND][,{HostText.Form}]",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command) => command.Options.Add(_nodes);

    /// <summary>Null where none is named.</summary>
    /// <exception cref="CommandException">A node is not of that form, or something else says what the server's node offers.</exception>
    public IReadOnlyList<NodeSetup>? Value(ParseResult arguments)
    {
        if (arguments.GetValue(_nodes) is not { Length: > 0 } nodes)
        {
            return null;
        }

        return arguments.Tokens.FirstOrDefault(token => token.Value is "--accelerator" or "--score-card" or "--machine") is { } other
            ? throw new CommandException($"--node and {other.Value} are both given; --node has processor cores only, so leave one of them out.")
            : [.. nodes.Select(Read)];
    }

    internal static NodeSetup Read(string text)
    {
        var (node, about) = text.IndexOf(',', StringComparison.Ordinal) is var comma and >= 0 ? (text[..comma], text[(comma + 1)..]) : (text, "");
        var (unit, kind) = node.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? (node[..at], node[(at + 1)..]) : (node, null);
        var parts = unit.Split('=');
        var share = 1.0;
        if (parts.Length > 2 || FabricNames.Explain("--node", parts[0]) is not null
            || (parts.Length == 2 && !double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share)) || share is not (> 0 and <= 1))
        {
            throw new CommandException(
                $"--node is '{text}'; allowed: NAME or NAME=SHARE, the name of a-z 0-9 . _ -, the share above 0 to 1, then @KIND, then {HostText.Form}, for example node-2=0.5@cpu-avx2,rack=r1.");
        }

        return new NodeSetup(parts[0], [new AcceleratorOptions { Name = "cpu0", Threads = 1, ComputeShareFraction = share, Level = Level(text, kind) }])
        {
            Host = HostText.Read($"--node {parts[0]}", about),
        };
    }

    /// <summary>Kinds that this processor can be: several, as one that computes with narrower vectors is another, slower kind.</summary>
    private static Dictionary<string, SimdLevel> Kinds() => Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported)
        .ToDictionary(level => new CpuDriver(level).Name, StringComparer.Ordinal);

    private static SimdLevel Level(string text, string? kind) => kind is null ? SimdSupport.Best
        : Kinds().TryGetValue(kind, out var level) ? level
        : throw new CommandException($"--node is '{text}', of kind '{kind}'; allowed here: {string.Join(", ", Kinds().Keys.Order(StringComparer.Ordinal))}.");
}
