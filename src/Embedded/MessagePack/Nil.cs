namespace MessagePack;

/// <summary>The value of a type that has only one.</summary>
public struct Nil : IEquatable<Nil>
{
    /// <summary>The one value.</summary>
    public static readonly Nil Default;

    /// <summary>Always true.</summary>
    public static bool operator ==(Nil left, Nil right) => true;

    /// <summary>Always false.</summary>
    public static bool operator !=(Nil left, Nil right) => false;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Nil;

    /// <inheritdoc/>
    public readonly bool Equals(Nil other) => true;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => 0;

    /// <inheritdoc/>
    public override readonly string ToString() => "()";
}
