namespace Orleans.Concurrency;

/// <summary>Wraps values as immutable.</summary>
public static class ImmutableExtensions
{
    /// <summary>Wraps a value that is never changed from now on.</summary>
    public static Immutable<T> AsImmutable<T>(this T value) => new(value);
}
