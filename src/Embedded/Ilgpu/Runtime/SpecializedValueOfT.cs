using System.Runtime.InteropServices;

namespace ILGPU.Runtime;

/// <summary>A value that a GPU kernel is compiled for; on a CPU it is passed like any other.</summary>
/// <typeparam name="T">The value.</typeparam>
[StructLayout(LayoutKind.Sequential)]
public struct SpecializedValue<T> : IEquatable<SpecializedValue<T>>
    where T : unmanaged, IEquatable<T>
{
    /// <summary>This value.</summary>
    public SpecializedValue(T value)
    {
        Value = value;
    }

    /// <summary>The value.</summary>
    public T Value { get; set; }

    /// <inheritdoc/>
    public readonly bool Equals(SpecializedValue<T> other) => Value.Equals(other.Value);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is SpecializedValue<T> other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override readonly string? ToString() => Value.ToString();

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(SpecializedValue<T> first, SpecializedValue<T> second) => first.Equals(second);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(SpecializedValue<T> first, SpecializedValue<T> second) => !first.Equals(second);

    /// <summary>The value.</summary>
    public static implicit operator T(SpecializedValue<T> value) => value.Value;
}
