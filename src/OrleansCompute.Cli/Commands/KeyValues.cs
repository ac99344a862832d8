using System.Globalization;

namespace OrleansCompute.Cli.Commands;

/// <summary>An option's value of the form KEY=VALUE,KEY=VALUE,WORD: each key once, all of them known.</summary>
internal sealed class KeyValues
{
    private const double MaxSeconds = 1e9;
    private static readonly (string Unit, double Seconds)[] Times = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    private readonly string _option;
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    /// <param name="option">Name of the option, for messages.</param>
    /// <param name="text">What the user wrote; empty for nothing.</param>
    /// <param name="keys">Those that there are.</param>
    /// <exception cref="CommandException">A key is not known, or there twice.</exception>
    public KeyValues(string option, string text, params ReadOnlySpan<string> keys)
    {
        _option = option;
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (key, value) = part.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? (part[..equals], part[(equals + 1)..]) : (part, null);
            if (!keys.Contains(key))
            {
                throw new CommandException($"{option} has '{key}'; allowed: {string.Join(", ", keys.ToArray())}.");
            }

            if (!_values.TryAdd(key, value))
            {
                throw new CommandException($"{option} has '{key}' twice; allowed: once.");
            }
        }
    }

    /// <summary>Whether the word is there, without a value.</summary>
    public bool Has(string word) => _values.TryGetValue(word, out var value)
        && (value is null ? true : throw new CommandException($"{_option}: {word} is '{value}'; it takes no value."));

    public string? Text(string key) => !_values.TryGetValue(key, out var value) ? null
        : value is { Length: > 0 } ? value : throw new CommandException($"{_option}: {key} has no value; write {key}=VALUE.");

    /// <summary>Null where the key is not there; its range is the business of whoever gets it.</summary>
    public double? Number(string key) => Text(key) is not { } text ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
        : throw new CommandException($"{_option}: {key} is '{text}'; allowed: a number that is finite, for example 0.5.");

    public decimal? Money(string key) => Text(key) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var sum) ? sum
        : throw new CommandException($"{_option}: {key} is '{text}'; allowed: a sum, for example 0.25.");

    public long? Bytes(string key, long min, long max) => Text(key) is { } text ? ByteSize.Parse($"{_option}: {key}", text, min, max) : null;

    /// <summary>Seconds, written as 90s, 2m, 1.5h or 1d.</summary>
    public double? Seconds(string key) => Text(key) is { } text ? Seconds($"{_option}: {key}", text) : null;

    /// <summary>Seconds of a text such as 90s, 2m, 1.5h or 1d.</summary>
    /// <exception cref="CommandException">It is no time from 0 to below 1e9 seconds.</exception>
    public static double Seconds(string option, string text)
    {
        foreach (var (unit, seconds) in Times)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * seconds is >= 0 and < MaxSeconds and var time)
            {
                return time;
            }
        }

        throw new CommandException($"{option} is '{text}'; allowed: a time with its unit, 0s to below 1000000000s, for example 90s, 2m, 1.5h or 1d.");
    }
}
