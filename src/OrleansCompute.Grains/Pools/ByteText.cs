using System.Globalization;

namespace OrleansCompute.Grains.Pools;

/// <summary>Sizes as people read them: <c>4.29 GB</c>, <c>31 bytes</c>; in units of 1000, as every size that is shown. Pure.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["KB", "MB", "GB", "TB", "PB"];

    public static string Of(long bytes)
    {
        if (bytes < 1000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} byte{(bytes == 1 ? "" : "s")}");
        }

        var (value, unit) = (bytes / 1000.0, 0);
        for (; value >= 1000 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {Units[unit]}");
    }

    /// <summary>The largest size of three digits that is no more, as a job's YAML writes it: <c>6.31GB</c>.</summary>
    public static string AtMost(long bytes)
    {
        var (value, unit) = ((double)bytes, -1);
        for (; value >= 1000 && unit < Units.Length - 2; unit++)
        {
            value /= 1000;
        }

        return unit < 0 ? string.Create(CultureInfo.InvariantCulture, $"{bytes}B") : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100 * value) / 100:0.##}{Units[unit]}");
    }

    /// <summary>Two sizes that differ look different: to the byte where they are nearly the same.</summary>
    public static (string One, string Other) Of(long one, long other) => one != other && Of(one) == Of(other)
        ? (string.Create(CultureInfo.InvariantCulture, $"{one} bytes"), string.Create(CultureInfo.InvariantCulture, $"{other} bytes"))
        : (Of(one), Of(other));
}
