using System.CommandLine;
using OrleansCompute.Cli.Hosting;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Silo;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc up`: the server alone, until Ctrl-C.</summary>
internal static class UpCommand
{
    private const int DefaultHttpPort = 8080;

    // The IANA port of MQTT.
    private const int DefaultMqttPort = 1883;

    public static Command Create(CommandContext context)
    {
        var data = new Option<string>("--data")
        {
            Description = "Folder of everything that lasts.", HelpName = "DIR", DefaultValueFactory = _ => ServerFile.DefaultDataFolder,
        };
        var http = new Option<int>("--http-port")
        {
            Description = "Port of REST API and dashboard on 127.0.0.1; 0 takes a free one.", HelpName = "P", DefaultValueFactory = _ => DefaultHttpPort,
        };
        var mqtt = new Option<int>("--mqtt-port")
        {
            Description = "Port of the MQTT broker on 127.0.0.1; 0 takes a free one.", HelpName = "P", DefaultValueFactory = _ => DefaultMqttPort,
        };
        var policy = new Option<string>("--policy")
        {
            Description = $"How the pool shares out accelerators: {string.Join(", ", PoolOptions.Policies)}.", HelpName = "NAME",
            DefaultValueFactory = _ => new PoolOptions().Policy,
        };
        var anonymous = new Option<bool>("--allow-anonymous")
        {
            Description = "Development only: ask nobody for a key or a password.",
        };
        var nodes = new NodeOption();
        var objectives = new ObjectiveOptions();
        var json = new JsonOption();
        var node = new NodeArguments();
        var command = new Command("up", "Run the server until Ctrl-C.") { data, http, mqtt, policy, anonymous };
        node.AddTo(command);
        nodes.AddTo(command);
        objectives.AddTo(command);
        json.AddTo(command);
        context.Run(command, async (arguments, cancellationToken) =>
        {
            json.Check(arguments);
            var options = new FabricServerOptions
            {
                DataFolder = Path.GetFullPath(arguments.GetValue(data)!),
                HttpPort = arguments.GetValue(http),
                MqttPort = arguments.GetValue(mqtt),
                Policy = arguments.GetValue(policy)!,
                AllowAnonymous = arguments.GetValue(anonymous),
                Cost = objectives.Cost(arguments),
                Spot = objectives.Spot(arguments),
                Defragmentation = objectives.Defragmentation(arguments),
                Nodes = nodes.Value(arguments) ?? [node.Read(arguments)],
                Drivers = AcceleratorDrivers.Further(),
            };
            await using var server = await StartAsync(options, context, cancellationToken);
            if (server is null)
            {
                return ExitCodes.Success;
            }

            using var announcement = ServerFile.Announce(server, options.DataFolder);
            await json.WriteAsync(
                arguments,
                new { HttpAddress = server.HttpAddress, MqttAddress = server.MqttEndpoint.ToString(), options.DataFolder },
                cancellationToken);

            // One line, whatever the width of the terminal: programs wait for it.
            context.Line($"ready: dashboard {server.CreateSignInLink()} mqtt {server.MqttEndpoint} data {options.DataFolder}");
            await WaitAsync(cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Null where it was asked to stop before it was ready, which is as good an end as later.</summary>
    private static async Task<FabricServer?> StartAsync(
        FabricServerOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await FabricServer.StartAsync(options, context.Clock, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Waits for Ctrl-C or SIGTERM; being asked to stop is how a server ends well.</summary>
    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
