using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace OrleansCompute.Dashboard.Access;

/// <summary>Compares keys, and slows down who guesses. Thread-safe.</summary>
internal sealed class OperatorKeyCheck(IOptions<DashboardOptions> options, TimeProvider clock)
{
    /// <summary>Wrong keys in a <see cref="Window"/>, over all visitors; a person mistypes less often.</summary>
    public const int MaxFailures = 10;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _failures = new();

    public KeyVerdict Check(string? key)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            while (_failures.TryPeek(out var oldest) && oldest <= now - Window)
            {
                _failures.Dequeue();
            }

            if (_failures.Count >= MaxFailures)
            {
                return KeyVerdict.TooManyFailures;
            }

            if (options.Value.OperatorKey is { } expected && key is { Length: <= DashboardOptions.MaxKeyLength } && Same(key, expected))
            {
                return KeyVerdict.Accepted;
            }

            _failures.Enqueue(now);
            return KeyVerdict.Refused;
        }
    }

    /// <summary>Compares hashes in constant time: neither length nor content shows in the time taken.</summary>
    private static bool Same(string left, string right) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(left)), SHA256.HashData(Encoding.UTF8.GetBytes(right)));
}
