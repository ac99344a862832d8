namespace OrleansCompute.Dashboard;

/// <summary>How the dashboard is protected and how often it looks.</summary>
public sealed class DashboardOptions
{
    /// <summary>Shortest operator key, in characters.</summary>
    public const int MinKeyLength = 12;

    /// <summary>Longest operator key, in characters.</summary>
    public const int MaxKeyLength = 256;

    /// <summary>Shortest <see cref="RefreshInterval"/>: four looks a second are as much as an eye can use.</summary>
    public static readonly TimeSpan MinRefreshInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest <see cref="RefreshInterval"/>.</summary>
    public static readonly TimeSpan MaxRefreshInterval = TimeSpan.FromMinutes(1);

    /// <summary>Whether a visitor must sign in. Default true; false only where everyone who can reach the port may see everything.</summary>
    public bool RequireKey { get; set; } = true;

    /// <summary>
    /// What an operator signs in with, <see cref="MinKeyLength"/> to <see cref="MaxKeyLength"/> characters. Required where
    /// <see cref="RequireKey"/> is true. Default null.
    /// </summary>
    public string? OperatorKey { get; set; }

    /// <summary>Time between two looks at the fabric while anybody watches. Default 1 s; range 250 ms to 1 min.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a sign-in lasts. Default 12 h (a shift); range 1 min to 30 days.</summary>
    public TimeSpan SessionLength { get; set; } = TimeSpan.FromHours(12);

    /// <summary>
    /// Most jobs, devices, models and roll-outs, of each kind, that a look reads and a page lists; the rest is counted. Default 500:
    /// a page of that many rows still renders in a few milliseconds. Range 1 to 10,000.
    /// </summary>
    public int MaxItemsPerKind { get; set; } = 500;
}
