using System.CommandLine;
using OrleansCompute.Cli.Commands.Bench;
using OrleansCompute.Silo;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Scoring;
using AcceleratorOptions = OrleansCompute.Grains.Accelerators.AcceleratorOptions;

namespace OrleansCompute.Cli.Commands;

/// <summary>What the node of a server offers, and how fast it was measured to be.</summary>
internal sealed class NodeArguments
{
    private readonly Option<string[]> _names = new("--accelerator")
    {
        Description = "Accelerators that the node offers, as `oc bench accelerators` names them. Default: the processor, and every CUDA and OpenCL device. $OC_DRIVERS names assemblies of further drivers.",
        HelpName = "NAME", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<FileInfo[]> _cards = new("--score-card")
    {
        Description = "Files of `oc bench accelerators --json` on this machine: the pool counts with these speeds. Without one for an accelerator, it is measured at the start.",
        HelpName = "FILE", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _machine = new("--machine")
    {
        Description = "What is to be known of the node's machine: its rack, what an accelerator costs for an hour and draws in watts, whether it may be taken back "
            + "at any time, and cores and memory where they are not to be measured.",
        HelpName = HostText.Form, DefaultValueFactory = _ => "",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_machine);
        command.Options.Add(_names);
        command.Options.Add(_cards);
    }

    /// <exception cref="CommandException">There is no such accelerator, or a file holds no card that fits.</exception>
    public NodeSetup Read(ParseResult arguments) => Plan(
        arguments.GetValue(_names) ?? [],
        [.. (arguments.GetValue(_cards) ?? []).SelectMany(file => ScoreFiles.Read("--score-card", file))],
        AcceleratorDrivers.Catalogue().List(),
        Environment.MachineName,
        Math.Clamp(Environment.ProcessorCount, 1, CpuAccelerator.MaxThreads)) with { Host = HostText.Read("--machine", arguments.GetValue(_machine)!) };

    /// <summary>The node of a machine with some devices.</summary>
    internal static NodeSetup Plan(
        IReadOnlyList<string> names, IReadOnlyList<ScoreCard> cards, IReadOnlyList<(string Name, AcceleratorInfo Info)> devices, string machine, int threads)
    {
        var allowed = string.Join(", ", devices.Select(device => device.Name));
        if (names.FirstOrDefault(name => devices.All(device => device.Name != name)) is { } unknown)
        {
            throw new CommandException($"--accelerator is '{unknown}'; allowed here: {allowed}.");
        }

        if (names.Count != names.Distinct(StringComparer.Ordinal).Count())
        {
            throw new CommandException($"--accelerator names {string.Join(", ", names)}; allowed: each once.");
        }

        if (names.Count == 0)
        {
            names = [AcceleratorCatalogue.Best, .. devices.Where(device => IsDevice(device.Info)).Select(device => device.Name)];
        }

        if (cards.FirstOrDefault(card => card.Node != machine) is { } foreign)
        {
            throw new CommandException($"--score-card has a card of node '{foreign.Node}'; this machine is '{machine}'. Measure here: `oc bench accelerators --json FILE`.");
        }

        return new NodeSetup(NodeSetup.LocalName, [.. names.Select(name => new AcceleratorOptions
        {
            Name = name == AcceleratorCatalogue.Best ? "cpu0" : name.Replace(':', '-'),
            Device = name,
            Threads = threads,
            ScoreGflops = Score(name, cards, devices.First(device => device.Name == name).Info, threads),
        })]);
    }

    /// <summary>Those that are no processor: ILGPU lists the processor behind them, for tests.</summary>
    private static bool IsDevice(AcceleratorInfo info) => !info.IsHostMemory && !info.Name.StartsWith("CPU", StringComparison.Ordinal);

    private static double? Score(string name, IReadOnlyList<ScoreCard> cards, AcceleratorInfo info, int threads)
    {
        if (cards.LastOrDefault(card => card.Accelerator == name) is not { } found)
        {
            return null;
        }

        return !found.Device.StartsWith(info.Name, StringComparison.Ordinal) ? throw new CommandException($"--score-card has a card of {name} with device '{found.Device}'; it is '{info.Name}' now. Measure again.")
            : info.IsHostMemory && found.Threads != threads ? throw new CommandException($"--score-card has a card of {name} with {found.Threads} threads; the node uses {threads}. Measure again.")
            : found.TrainingGflops is > 0 and < double.PositiveInfinity and var score ? score
            : throw new CommandException($"--score-card has a card of {name} without a training score ({found.TrainingGflops}); it must be above 0.");
    }
}
