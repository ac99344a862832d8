using System.Globalization;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>Numbers with a unit, as people write them in YAML. Pure.</summary>
internal static class YamlUnits
{
    private static readonly (string Unit, double Bytes)[] Sizes =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    private static readonly (string Unit, double Seconds)[] Times = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

    /// <summary>For example <c>512MB</c> (10⁶), <c>2 GiB</c> (2³⁰) or a number of bytes; null where it is none.</summary>
    public static long? Bytes(string text) => Read(text, Sizes) is >= 0 and < 9e18 and var bytes ? (long)Math.Round(bytes) : null;

    /// <summary>For example <c>90s</c>, <c>30m</c>, <c>1.5h</c>, <c>2d</c>; null where it is none.</summary>
    public static TimeSpan? Duration(string text) =>
        Read(text, Times) is >= 0 and < 1e10 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static double Read(string text, (string Unit, double Factor)[] units)
    {
        foreach (var (unit, factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(' '), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return number * factor;
            }
        }

        return double.NaN;
    }
}
