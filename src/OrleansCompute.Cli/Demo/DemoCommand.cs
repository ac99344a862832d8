using System.CommandLine;
using OrleansCompute.Cli.Commands;

namespace OrleansCompute.Cli.Demo;

/// <summary>`oc demo`: the whole fabric, from real data to a model working at the edge.</summary>
internal static class DemoCommand
{
    public static Command Create(CommandContext context)
    {
        var data = new Option<string?>("--data") { Description = "Data folder. Default: a new temporary one.", HelpName = "DIR" };
        var http = new Option<int>("--http-port") { Description = "Port of REST API and dashboard; 0 takes a free one.", HelpName = "P" };
        var mqtt = new Option<int>("--mqtt-port") { Description = "Port of the MQTT broker; 0 takes a free one.", HelpName = "P" };
        var keep = new Option<bool>("--keep") { Description = "Leave everything running at the end, until Ctrl-C." };
        var json = new JsonOption();
        var command = new Command("demo", "Train on three nodes, roll out to three agents, classify at the edge, on real data.")
        {
            data, http, mqtt, keep,
        };
        json.AddTo(command);
        context.Run(command, async (arguments, cancellationToken) =>
        {
            json.Check(arguments);
            using var folder = DemoFolder.Open(arguments.GetValue(data));
            var options = new DemoOptions(
                folder.Path, arguments.GetValue(http), arguments.GetValue(mqtt), arguments.GetValue(keep));
            return await new DemoRun(context, options, summary => json.WriteAsync(arguments, summary, cancellationToken))
                .RunAsync(cancellationToken);
        });
        return command;
    }
}
