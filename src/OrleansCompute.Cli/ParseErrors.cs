using System.CommandLine.Parsing;

namespace OrleansCompute.Cli;

/// <summary>What the command line's parser finds wrong with a value, in our words: its own name types of the program.</summary>
internal static class ParseErrors
{
    /// <summary>A sentence about a value that is not of its option's kind; null for other errors, which the parser tells with the usage.</summary>
    public static string? OfValue(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Tokens: [.., var token] } result || !error.Message.Contains("as expected type", StringComparison.Ordinal))
        {
            return null;
        }

        var type = Nullable.GetUnderlyingType(result.Option.ValueType) ?? result.Option.ValueType;
        var allowed = type.IsEnum ? string.Join(", ", Enum.GetNames(type))
            : type == typeof(int) ? $"whole numbers from {int.MinValue} to {int.MaxValue}"
            : type == typeof(long) ? $"whole numbers from {long.MinValue} to {long.MaxValue}"
            : type == typeof(double) || type == typeof(decimal) ? "numbers, such as 1.5"
            : type == typeof(bool) ? "true, false"
            : null;
        return allowed is null ? null : $"{result.Option.Name} is '{token.Value}'; allowed: {allowed}.";
    }
}
