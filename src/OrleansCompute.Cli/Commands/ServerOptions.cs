using System.CommandLine;
using OrleansCompute.Cli.Hosting;
using OrleansCompute.Client;

namespace OrleansCompute.Cli.Commands;

/// <summary>How a command finds the server and who it acts as.</summary>
internal sealed class ServerOptions
{
    private const string ServerVariable = "OC_SERVER";
    private const string KeyVariable = "OC_KEY";

    private readonly Option<string?> _server = new("--server")
    {
        Description = $"Address of the server, such as http://127.0.0.1:8080. Default: {ServerVariable}, else the server of --data.",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = $"API key. Default: {KeyVariable}, else the operator key in --data.",
        HelpName = "KEY",
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "Data folder of a server on this machine.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ServerFile.DefaultDataFolder,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
        command.Options.Add(_data);
    }

    /// <exception cref="CommandException">No server is named and none is found.</exception>
    public FabricClient Connect(ParseResult arguments)
    {
        var data = arguments.GetValue(_data)!;
        var named = arguments.GetValue(_server) ?? Environment.GetEnvironmentVariable(ServerVariable);
        var address = named is null ? Find(data) : Parse(named);
        var key = arguments.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable) ?? ServerFile.FindOperatorKey(data);
        return new FabricClient(new FabricClientOptions { BaseAddress = address, ApiKey = key });
    }

    private static Uri Find(string data) =>
        ServerFile.Find(data)?.Address
        ?? throw new CommandException(
            $"No server runs on the data folder {data}. Start one with `oc up`, or name one with --server URL or --data DIR.");

    private static Uri Parse(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new CommandException($"--server is '{address}'; allowed: an http or https address, such as http://127.0.0.1:8080.");
}
