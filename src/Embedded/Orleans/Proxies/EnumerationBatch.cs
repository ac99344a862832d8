namespace Orleans.Embedded;

internal sealed record EnumerationBatch<T>(List<T> Items, bool IsLast);
