using System.Globalization;

namespace Orleans;

/// <summary>Sets how long a caller of the method waits for its answer.</summary>
/// <param name="timeout">A time span in the invariant format, for example <c>00:00:05</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    /// <summary>The parsed limit.</summary>
    public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
}
