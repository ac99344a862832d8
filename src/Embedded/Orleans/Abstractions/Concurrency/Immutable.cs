namespace Orleans.Concurrency;

/// <summary>Wraps a value that neither side changes after the call, so that it passes without a copy.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[GenerateSerializer]
[Immutable]
public readonly struct Immutable<T>
{
    /// <summary>The value.</summary>
    [Id(0)]
    public readonly T Value;

    /// <summary>Wraps a value.</summary>
    /// <param name="value">The value, never changed from now on.</param>
    public Immutable(T value) => Value = value;
}
