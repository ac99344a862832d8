using System.CommandLine;
using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>The option that chooses where tensors are computed on this machine.</summary>
internal sealed class AcceleratorOption
{
    private readonly Option<string> _name = new("--accelerator")
    {
        Description = "Where to run: reference (slow, obvious).", HelpName = "NAME", DefaultValueFactory = _ => "reference",
    };

    public void AddTo(Command command) => command.Options.Add(_name);

    public IAccelerator Open(ParseResult arguments) => arguments.GetValue(_name) switch
    {
        "reference" => new ReferenceAccelerator(),
        var other => throw new CommandException($"--accelerator is '{other}'; allowed: reference."),
    };
}
