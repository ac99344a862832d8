namespace Orleans.Concurrency;

/// <summary>Promises that the method changes no state: read-only requests interleave with each other.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
