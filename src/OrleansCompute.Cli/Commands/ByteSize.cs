using System.Globalization;

namespace OrleansCompute.Cli.Commands;

/// <summary>Sizes that people write: 1000, 64kB, 512MB, 1.5GB, 2GiB, 1TB.</summary>
internal static class ByteSize
{
    // The longer endings first: 'GiB' ends in 'B' as well.
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    /// <summary>Reads a size.</summary>
    /// <param name="option">Name of the option, for the message.</param>
    /// <param name="text">What the user wrote.</param>
    /// <param name="min">Smallest allowed.</param>
    /// <param name="max">Largest allowed, below 2^53.</param>
    /// <exception cref="CommandException">It is no size, or outside the range.</exception>
    public static long Parse(string option, string text, long min, long max)
    {
        var trimmed = text.Trim();
        var (unit, factor) = Units.First(entry => trimmed.EndsWith(entry.Unit, StringComparison.OrdinalIgnoreCase));
        var isNumber = double.TryParse(trimmed.AsSpan(0, trimmed.Length - unit.Length), NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number);
        return isNumber && number * factor >= min && number * factor <= max
            ? (long)(number * factor)
            : throw new CommandException($"{option} is '{text}'; allowed {min} to {max} bytes, written as 1000000, 512MB, 1GB or 1.5GiB.");
    }
}
