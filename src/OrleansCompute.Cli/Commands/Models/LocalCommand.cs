using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>A command that works on this machine, without a server: it has the option for JSON.</summary>
internal abstract class LocalCommand
{
    private readonly JsonOption _json = new();

    protected LocalCommand(CommandContext context, string name, string description)
    {
        Context = context;
        Command = new Command(name, description);
        _json.AddTo(Command);
        context.Run(Command, (arguments, cancellationToken) =>
        {
            _json.Check(arguments);
            return RunAsync(arguments, cancellationToken);
        });
    }

    public Command Command { get; }

    protected CommandContext Context { get; }

    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken);

    protected Task WriteJsonAsync<T>(ParseResult arguments, T result, CancellationToken cancellationToken) =>
        _json.WriteAsync(arguments, result, cancellationToken);
}
