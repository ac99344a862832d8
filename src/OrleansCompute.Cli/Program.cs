using OrleansCompute.Cli;
using OrleansCompute.Cli.Commands;
using Spectre.Console;

var console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    // A file or a pipe has no width; 80 columns would fold every table.
    console.Profile.Width = 200;
}

return await OcCommand.RunAsync(new CommandContext(console, Console.Error, TimeProvider.System), args);
