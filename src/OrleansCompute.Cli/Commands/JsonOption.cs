using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansCompute.Cli.Hosting;

namespace OrleansCompute.Cli.Commands;

/// <summary>The option that every command has to leave its result in a file as well.</summary>
internal sealed class JsonOption
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new FiniteNumberConverter(), new JsonStringEnumConverter() },
    };

    private readonly Option<FileInfo?> _file = new("--json")
    {
        Description = "Write the result to this file as well.",
        HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(_file);

    /// <summary>Fails before any work where the file cannot be written later.</summary>
    /// <exception cref="CommandException">The folder does not exist, or the name is a folder's.</exception>
    public void Check(ParseResult arguments)
    {
        if (arguments.GetValue(_file) is { } named && Directory.Exists(named.FullName))
        {
            throw new CommandException($"--json is '{named.FullName}', which is a folder; name a file.");
        }

        if (arguments.GetValue(_file) is { Directory: { Exists: false } folder } file)
        {
            throw new CommandException($"--json is '{file.FullName}'; the folder {folder.FullName} does not exist. Create it first.");
        }
    }

    /// <summary>Writes the result. Results hold keys and passwords, so nobody but the user may read the file.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public async Task WriteAsync<T>(ParseResult arguments, T result, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_file) is not { } file)
        {
            return;
        }

        try
        {
            await PrivateText.WriteAsync(file.FullName, JsonSerializer.Serialize(result, Format) + "\n", cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--json is '{file.FullName}', which cannot be written: {exception.Message}", exception);
        }
    }
}
