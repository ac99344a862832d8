using System.CommandLine;

namespace OrleansCompute.Cli.Commands.Jobs;

/// <summary>`oc job`.</summary>
internal static class JobCommands
{
    public static Command Create(CommandContext context) => new("job", "Training jobs.")
    {
        new JobSubmitCommand(context).Command,
        new JobListCommand(context).Command,
        new JobShowCommand(context).Command,
        new JobWhyCommand(context).Command,
        new JobSetCommand(context).Command,
        new JobCancelCommand(context).Command,
    };
}
