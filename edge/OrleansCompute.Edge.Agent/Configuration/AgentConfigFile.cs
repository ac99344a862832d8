using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCompute.Edge.Agent.Configuration;

/// <summary>
/// Reads and writes <see cref="AgentOptions"/> as JSON: camel-case names, comments and trailing commas allowed, unknown names
/// refused (a misspelt setting must not be ignored).
/// </summary>
public static class AgentConfigFile
{
    /// <summary>Largest file read: a complete one is under 2 KiB.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="AgentConfigException">The file cannot be read, is no such JSON, or holds settings out of their range.</exception>
    public static AgentOptions Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var options = Parse(path);
        var result = new AgentOptionsValidator().Validate(null, options);
        return result.Failed
            ? throw new AgentConfigException(
                $"The agent configuration '{path}' is invalid:{string.Concat(result.Failures.Select(failure => $"\n  {failure}"))}")
            : options;
    }

    /// <summary>Writes a file, readable by its owner only since it holds the password.</summary>
    public static void Write(string path, AgentOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        var settings = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, settings);
        JsonSerializer.Serialize(stream, options, Json);
    }

    private static AgentOptions Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw new AgentConfigException($"The agent configuration '{path}' has {stream.Length} bytes; allowed up to {MaxBytes}.");
            }

            return JsonSerializer.Deserialize<AgentOptions>(stream, Json)
                ?? throw new AgentConfigException($"The agent configuration '{path}' is null; an object with the settings is needed.");
        }
        catch (JsonException error)
        {
            throw new AgentConfigException(
                $"The agent configuration '{path}', line {error.LineNumber + 1}, {error.Path ?? "$"}: {FirstSentence(error.Message)}",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AgentConfigException($"The agent configuration '{path}' cannot be read: {error.Message}", error);
        }
    }

    // What follows is the place again, counted from zero.
    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
