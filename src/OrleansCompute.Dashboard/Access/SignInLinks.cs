using System.Security.Cryptography;
using System.Text;

namespace OrleansCompute.Dashboard.Access;

/// <summary>
/// Links that sign one visitor in, once: what a terminal prints for the person before it. Only hashes are kept, in memory; a restart
/// voids all links. Thread-safe.
/// </summary>
public sealed class SignInLinks
{
    /// <summary>Most links that wait to be used; the oldest gives way.</summary>
    public const int MaxOutstanding = 64;

    /// <summary>How long a link waits to be used: an hour, so that the link of a demo still works after the coffee.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly List<(string Hash, DateTimeOffset Expires)> _outstanding = [];

    /// <summary>Creates the issuer.</summary>
    /// <param name="clock">Decides when a link has expired.</param>
    public SignInLinks(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
    }

    /// <summary>Makes a link to the overview that signs in whoever opens it first, within <see cref="Lifetime"/>.</summary>
    /// <param name="root">Address of the dashboard's root, for example <c>http://127.0.0.1:8080/</c>.</param>
    public Uri Create(Uri root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        lock (_gate)
        {
            if (_outstanding.Count == MaxOutstanding)
            {
                _outstanding.RemoveAt(0);
            }

            _outstanding.Add((Hash(key), _clock.GetUtcNow() + Lifetime));
        }

        return new Uri(root, "?key=" + key);
    }

    /// <summary>Uses a link up. False for one that was used, has expired, or never was.</summary>
    internal bool TryRedeem(string key)
    {
        // Looked up by hash, so that the time of the comparison says nothing of the key.
        var hash = Hash(key);
        lock (_gate)
        {
            _outstanding.RemoveAll(link => link.Expires <= _clock.GetUtcNow());
            return _outstanding.RemoveAll(link => link.Hash == hash) > 0;
        }
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
