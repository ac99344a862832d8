using System.CommandLine;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands;

/// <summary>A command that talks to a running server: it has the options for that, and for JSON.</summary>
internal abstract class ClientCommand
{
    private readonly ServerOptions _server = new();
    private readonly JsonOption _json = new();

    protected ClientCommand(CommandContext context, string name, string description)
    {
        Context = context;
        Command = new Command(name, description);
        _server.AddTo(Command);
        _json.AddTo(Command);
        context.Run(Command, async (arguments, cancellationToken) =>
        {
            _json.Check(arguments);
            using var client = _server.Connect(arguments);
            return await RunAsync(arguments, client, cancellationToken);
        });
    }

    public Command Command { get; }

    protected CommandContext Context { get; }

    protected abstract Task<int> RunAsync(ParseResult arguments, FabricClient client, CancellationToken cancellationToken);

    protected Task WriteJsonAsync<T>(ParseResult arguments, T result, CancellationToken cancellationToken) =>
        _json.WriteAsync(arguments, result, cancellationToken);
}
