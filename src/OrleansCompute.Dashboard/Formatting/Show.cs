using System.Globalization;

namespace OrleansCompute.Dashboard.Formatting;

/// <summary>Numbers, times and sizes as an operator reads them. Invariant culture, so that screenshots and logs agree everywhere.</summary>
internal static class Show
{
    /// <summary>What stands where there is no value.</summary>
    public const string Nothing = "–";

    private static readonly string[] _byteUnits = ["B", "KB", "MB", "GB", "TB", "PB"];

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A measured value with about four digits, and the same number of decimals for neighbouring values, so that rows do not jump.</summary>
    public static string Value(double value) => Math.Abs(value) switch
    {
        double.NaN => "not a number",
        double.PositiveInfinity => value > 0 ? "∞" : "−∞",
        >= 1e9 => value.ToString("0.###e+0", CultureInfo.InvariantCulture),
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        0 => "0.00",
        >= 0.001 => value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##e+0", CultureInfo.InvariantCulture),
    };

    /// <summary>A rate: whole from 100 on, one decimal below.</summary>
    public static string Rate(double perSecond) =>
        perSecond.ToString(Math.Abs(perSecond) >= 99.95 ? "N0" : "0.0", CultureInfo.InvariantCulture);

    public static string Percent(double fraction) => (fraction * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string PercentFine(double fraction) => (fraction * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    public static string Bytes(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (Math.Abs(value) >= 1000 && unit < _byteUnits.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return value.ToString(unit == 0 || Math.Abs(value) >= 99.95 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + _byteUnits[unit];
    }

    /// <summary>How long something takes: the two largest units.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.Zero)
        {
            return Nothing;
        }

        return time switch
        {
            { TotalSeconds: < 9.95 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
            { TotalSeconds: < 60 } => Whole(Math.Floor(time.TotalSeconds)) + " s",
            { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds:00} s",
            { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes:00} min",
            _ => Whole(Math.Floor(time.TotalDays)) + $" d {time.Hours:00} h",
        };
    }

    /// <summary>How long ago: one unit. A clock that runs ahead of ours reads as now.</summary>
    public static string Age(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalSeconds: < 60 } age => Whole(Math.Floor(age.TotalSeconds)) + " s ago",
        { TotalMinutes: < 60 } age => Whole(Math.Floor(age.TotalMinutes)) + " min ago",
        { TotalHours: < 48 } age => Whole(Math.Floor(age.TotalHours)) + " h ago",
        { } age => Whole(Math.Floor(age.TotalDays)) + " d ago",
    };

    public static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>Of when a reason is, for its end.</summary>
    public static string AsOf(DateTimeOffset? time) => time is { } at ? $"(as of {Clock(at)} UTC)" : "";

    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The first 12 characters of a hash: enough to tell any two apart by eye.</summary>
    public static string ShortHash(string hash) => hash.Length > 12 ? hash[..12] + "…" : hash;

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
