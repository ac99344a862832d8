using System.CommandLine;
using OrleansCompute.Cli.Commands;
using OrleansCompute.Cli.Commands.Bench;
using OrleansCompute.Cli.Commands.Devices;
using OrleansCompute.Cli.Commands.Jobs;
using OrleansCompute.Cli.Commands.Models;
using OrleansCompute.Cli.Commands.Nodes;
using OrleansCompute.Cli.Commands.Pools;
using OrleansCompute.Cli.Commands.Rollouts;
using OrleansCompute.Cli.Commands.Simulations;
using OrleansCompute.Cli.Demo;

namespace OrleansCompute.Cli;

/// <summary>All of `oc`.</summary>
internal static class OcCommand
{
    // What a server and its agents take to stop in order, with room for a busy machine.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    public static RootCommand Create(CommandContext context) => new("OrleansCompute: one compute fabric for AI across cloud, edge and device.")
    {
        DemoCommand.Create(context),
        UpCommand.Create(context),
        AgentCommand.Create(context),
        JobCommands.Create(context),
        PoolCommands.Create(context),
        NodeCommands.Create(context),
        new SmiCommand(context).Command,
        ModelCommands.Create(context),
        BenchCommands.Create(context),
        RolloutCommands.Create(context),
        DeviceCommands.Create(context),
        DatasetCommands.Create(context),
        TenantCommands.Create(context),
        new UsageCommand(context).Command,
        SimCommands.Create(context),
    };

    public static async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> arguments)
    {
        var parsed = Create(context).Parse(arguments);
        foreach (var error in parsed.Errors.Where(error => ParseErrors.OfValue(error) is not null))
        {
            await context.Error.WriteLineAsync($"error: {ParseErrors.OfValue(error)}");
        }

        return parsed.Errors.Count > 0 && parsed.Errors.All(error => ParseErrors.OfValue(error) is not null)
            ? ExitCodes.Failure
            : await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = context.Output.Profile.Out.Writer, Error = context.Error, ProcessTerminationTimeout = StopTimeout,
                });
    }
}
