namespace Orleans.Concurrency;

/// <summary>The caller's task completes when the request is sent: no result, no error, no timeout comes back.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
