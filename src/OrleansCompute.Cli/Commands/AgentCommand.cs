using System.CommandLine;
using OrleansCompute.Cli.Hosting;

namespace OrleansCompute.Cli.Commands;

/// <summary>`oc agent`: one edge agent, until Ctrl-C.</summary>
internal static class AgentCommand
{
    public static Command Create(CommandContext context)
    {
        var config = new Option<FileInfo>("--config")
        {
            Description = "Settings of the agent, JSON; `oc device add` writes it.", HelpName = "FILE", Required = true,
        };
        var untilInputEnds = new Option<bool>("--until-input-ends")
        {
            Description = "Stop when standard input ends, so that the agent never outlives the program that started it.",
        };
        var verbose = new Option<bool>("--verbose") { Description = "Log to standard error." };
        var command = new Command("agent", "Run an edge agent until Ctrl-C.") { config, untilInputEnds, verbose };
        context.Run(command, async (arguments, cancellationToken) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (arguments.GetValue(untilInputEnds))
            {
                InputEnd.Cancel(stop);
            }

            await AgentHost.RunAsync(arguments.GetValue(config)!.FullName, arguments.GetValue(verbose), context, stop.Token);
            return ExitCodes.Success;
        });
        return command;
    }
}
