using OrleansCompute.Cli.Commands;
using Spectre.Console;

namespace OrleansCompute.Cli.Tests;

/// <summary>What a command of `oc`, run in this process, returned and wrote.</summary>
internal sealed record OcRun(int Status, string Output, string Errors)
{
    // Wide enough that no message is folded.
    private const int Width = 500;

    public static async Task<OcRun> ExecuteAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var status = await OcCommand.RunAsync(new CommandContext(Console(output), errors, TimeProvider.System), arguments);
        return new OcRun(status, output.ToString(), errors.ToString());
    }

    /// <summary>Fails unless the command failed with one line that has all of these texts.</summary>
    public void AssertRefused(params string[] texts)
    {
        Assert.Equal(ExitCodes.Failure, Status);
        var line = Assert.Single(Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, line, StringComparison.Ordinal));
    }

    private static IAnsiConsole Console(StringWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width;
        return console;
    }
}
