namespace Orleans.Embedded;

internal delegate T DeepCopy<T>(T value, CopyContext context);

/// <summary>Copies values of a static type; made once per type, then a compiled delegate. Thread-safe.</summary>
internal static class Copier<T>
{
    private static readonly DeepCopy<T>? s_copy = CopierFactory.Create<T>();

    /// <summary>A value of its own for the other side; the same value where it cannot change.</summary>
    public static T Copy(T value) => s_copy is null || value is null ? value : s_copy(value, new CopyContext());

    public static T CopyWithin(T value, CopyContext context) => s_copy is null || value is null ? value : s_copy(value, context);
}
