using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Orleans.Runtime;

/// <summary>A silo's end point and generation, written <c>ip:port@generation</c>. Immutable.</summary>
[Immutable]
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>
{
    private static int s_lastGeneration;

    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
    }

    /// <summary>The end point; the embedded engine opens no socket on it.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Tells a restarted silo from its predecessor on the same end point; negative for clients.</summary>
    public int Generation { get; }

    /// <summary>Whether this names a client.</summary>
    public bool IsClient => Generation < 0;

    /// <summary>No silo.</summary>
    public static SiloAddress Zero { get; } = new(new IPEndPoint(0, 0), 0);

    /// <summary>A generation larger than every one handed out before in this process.</summary>
    public static int AllocateNewGeneration()
    {
        // Seconds since 2022 (as official Orleans), moved on by one where two silos start within a second.
        var seconds = (int)((TimeProvider.System.GetUtcNow().UtcTicks - new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks)
            / TimeSpan.TicksPerSecond);
        while (true)
        {
            var last = Volatile.Read(ref s_lastGeneration);
            var next = Math.Max(seconds, last + 1);
            if (Interlocked.CompareExchange(ref s_lastGeneration, next, last) == last)
            {
                return next;
            }
        }
    }

    /// <summary>Combines end point and generation.</summary>
    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    /// <summary>Combines end point and generation.</summary>
    public static SiloAddress New(IPAddress address, int port, int generation) => new(new IPEndPoint(address, port), generation);

    /// <summary>Reads <c>ip:port@generation</c>.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static SiloAddress FromParsableString(string addr) =>
        TryParse(addr, out var result) ? result : throw new FormatException($"'{addr}' is not a silo address; expected ip:port@generation.");

    /// <summary>Reads <c>ip:port@generation</c>.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static SiloAddress Parse(string value) => FromParsableString(value);

    /// <summary>Reads <c>ip:port@generation</c>.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out SiloAddress? result)
    {
        result = null;
        var at = value?.LastIndexOf('@') ?? -1;
        if (at > 0 && IPEndPoint.TryParse(value.AsSpan(0, at), out var endpoint)
            && int.TryParse(value.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var generation))
        {
            result = new SiloAddress(endpoint, generation);
        }

        return result is not null;
    }

    /// <summary>The parsable text.</summary>
    public string ToParsableString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint}@{Generation}");

    /// <summary>A hash that is the same in every process.</summary>
    public int GetConsistentHashCode() => unchecked((int)IdHash.Compute(System.Text.Encoding.UTF8.GetBytes(ToParsableString())));

    /// <inheritdoc/>
    public bool Equals(SiloAddress? other) =>
        ReferenceEquals(this, other) || (other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Endpoint, Generation);

    /// <inheritdoc/>
    public int CompareTo(SiloAddress? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Generation.CompareTo(other.Generation);
        order = order != 0 ? order : Endpoint.Port.CompareTo(other.Endpoint.Port);
        return order != 0 ? order : string.CompareOrdinal(Endpoint.Address.ToString(), other.Endpoint.Address.ToString());
    }

    /// <inheritdoc/>
    public override string ToString() => $"S{Endpoint}:{Generation}";

    /// <summary>Equality.</summary>
    public static bool operator ==(SiloAddress? left, SiloAddress? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(SiloAddress? left, SiloAddress? right) => !(left == right);

    /// <summary>Order by generation, then end point.</summary>
    public static bool operator <(SiloAddress left, SiloAddress right) => left.CompareTo(right) < 0;

    /// <summary>Order by generation, then end point.</summary>
    public static bool operator >(SiloAddress left, SiloAddress right) => left.CompareTo(right) > 0;

    /// <summary>Order by generation, then end point.</summary>
    public static bool operator <=(SiloAddress left, SiloAddress right) => left.CompareTo(right) <= 0;

    /// <summary>Order by generation, then end point.</summary>
    public static bool operator >=(SiloAddress left, SiloAddress right) => left.CompareTo(right) >= 0;
}
