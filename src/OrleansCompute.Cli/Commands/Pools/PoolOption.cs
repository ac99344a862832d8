using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Pools;

/// <summary>The pool that a command is about.</summary>
internal sealed class PoolOption
{
    private readonly Option<string> _pool = new("--pool") { Description = "The pool.", HelpName = "NAME", DefaultValueFactory = _ => "default" };

    public void AddTo(Command command) => command.Options.Add(_pool);

    public string Value(ParseResult arguments) => arguments.GetValue(_pool)!;
}
