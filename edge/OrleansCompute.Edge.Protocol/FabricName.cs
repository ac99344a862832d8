using System.Diagnostics.CodeAnalysis;

namespace OrleansCompute.Edge.Protocol;

/// <summary>The form of tenant, device, model and command names, which are topic levels, file names and grain keys alike.</summary>
public static class FabricName
{
    /// <summary>The allowed form, for messages.</summary>
    public const string AllowedForm =
        "1 to 64 characters of a-z, 0-9, '.', '_' and '-', of which the first is a letter or a digit";

    /// <summary>Whether the text has the allowed form.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > ProtocolLimits.MaxNameLength || !char.IsAsciiLetterLower(name[0]) && !char.IsAsciiDigit(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Null for a name of the allowed form, else a sentence that names the value and the allowed form.</summary>
    /// <param name="name">The candidate.</param>
    /// <param name="what">What it names, for the message: <c>tenant</c>, <c>device</c>, <c>model</c>.</param>
    public static string? Validate(string? name, string what) =>
        name is not null && IsValid(name) ? null : Describe(name, what);

    /// <summary>Throws for a name that has not the allowed form.</summary>
    /// <exception cref="ArgumentException">Names the value and the allowed form.</exception>
    public static void ThrowIfInvalid([NotNull] string? name, string what)
    {
        if (name is null || !IsValid(name))
        {
            throw new ArgumentException(Describe(name, what), what);
        }
    }

    internal static string Describe(ReadOnlySpan<char> name, string what) =>
        $"{what} is '{Shorten(name)}'; allowed: {AllowedForm}.";

    private static string Describe(string? name, string what) =>
        name is null ? $"{what} is missing; allowed: {AllowedForm}." : Describe(name.AsSpan(), what);

    // A hostile name goes into logs: cut it, and keep control characters out of them.
    private static string Shorten(ReadOnlySpan<char> name)
    {
        const int max = 80;
        Span<char> clean = stackalloc char[Math.Min(name.Length, max)];
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(name[i]) ? '?' : name[i];
        }

        return name.Length <= max ? new string(clean) : $"{clean}… ({name.Length} characters)";
    }
}
