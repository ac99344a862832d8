namespace Orleans.Concurrency;

/// <summary>Lets the method start while any other request of the grain waits at an await.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
