using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Bench;

/// <summary>`oc bench`.</summary>
internal static class BenchCommands
{
    public static Command Create(CommandContext context) => new("bench", "Measure this machine.")
    {
        new BenchAcceleratorsCommand(context).Command,
        new BenchKernelsCommand(context).Command,
        new BenchTrainCommand(context).Command,
        new BenchInferCommand(context).Command,
        new BenchAccuracyCommand(context).Command,
        new BenchSchedulerCommand(context).Command,
        new BenchPoolCommand(context).Command,
        new BenchGoodputCommand(context).Command,
    };
}
