using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Pools;

/// <summary>`oc pool`.</summary>
internal static class PoolCommands
{
    public static Command Create(CommandContext context) => new("pool", "Pools of accelerators: who holds them, who waits and why.")
    {
        new PoolShowCommand(context).Command,
        new PoolWhatIfCommand(context).Command,
    };
}
