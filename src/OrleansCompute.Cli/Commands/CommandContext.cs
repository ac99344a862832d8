using System.CommandLine;
using OrleansCompute.Client;
using OrleansCompute.Silo;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands;

/// <summary>What every command works with, and how its problems reach the user.</summary>
/// <param name="Output">Where results go.</param>
/// <param name="Error">Where problems go.</param>
/// <param name="Clock">The clock.</param>
internal sealed record CommandContext(IAnsiConsole Output, TextWriter Error, TimeProvider Clock)
{
    /// <summary>Writes a line as it is: never wrapped, so that keys and addresses can be copied, and never markup.</summary>
    public void Line(string text) => Output.Profile.Out.Writer.WriteLine(text);

    /// <summary>Lets a command do its work; what it refuses becomes one line and a failure status.</summary>
    public void Run(Command command, Func<ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                return await work(arguments, cancellationToken);
            }
            catch (Exception exception) when (exception is CommandException or FabricApiException or FabricServerException
                or IOException or UnauthorizedAccessException)
            {
                await Error.WriteLineAsync($"error: {exception.Message}");
                return ExitCodes.Failure;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await Error.WriteLineAsync("stopped.");
                return ExitCodes.Cancelled;
            }
        });
}
