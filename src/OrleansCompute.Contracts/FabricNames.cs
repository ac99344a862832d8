namespace OrleansCompute.Contracts;

/// <summary>The form of every name that a user gives: tenants, devices, jobs, models, datasets, roll-outs.</summary>
public static class FabricNames
{
    /// <summary>Longest name, in characters: MQTT topics and file names stay far below their own limits.</summary>
    public const int MaxLength = 64;

    /// <summary>Null where the name is well formed, else a sentence with the value and the allowed form.</summary>
    /// <param name="parameter">What the name is of, for the sentence.</param>
    /// <param name="name">The name to check.</param>
    public static string? Explain(string parameter, string? name)
    {
        var wellFormed = name is { Length: >= 1 and <= MaxLength }
            && char.IsAsciiLetterOrDigit(name[0])
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');
        return wellFormed
            ? null
            : $"{parameter} is '{Shorten(name)}'; allowed: 1 to {MaxLength} characters of a-z 0-9 . _ -, starting with a letter or a digit.";
    }

    /// <summary>Throws where the name is not well formed.</summary>
    /// <exception cref="FabricRefusedException">The name is not well formed.</exception>
    public static string Require(string parameter, string? name) =>
        Explain(parameter, name) is { } problem ? throw new FabricRefusedException(problem) : name!;

    private static string? Shorten(string? name) => name is { Length: > 80 } ? name[..80] + "…" : name;
}
