namespace Orleans.Embedded;

/// <summary>The result of methods without one.</summary>
internal readonly struct Unit;
