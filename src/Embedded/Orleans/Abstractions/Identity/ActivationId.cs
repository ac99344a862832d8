using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>Tells one activation of a grain from the next. Immutable.</summary>
[GenerateSerializer]
[Immutable]
public readonly struct ActivationId : IEquatable<ActivationId>
{
    private readonly Guid _key;

    /// <summary>Wraps a Guid.</summary>
    public ActivationId(Guid key) => _key = key;

    /// <summary>Whether this is no activation.</summary>
    public bool IsDefault => _key == Guid.Empty;

    /// <summary>A new one.</summary>
    public static ActivationId NewId() => new(Guid.NewGuid());

    /// <inheritdoc/>
    public bool Equals(ActivationId other) => _key == other._key;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ActivationId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => "@" + _key.ToString("N");

    /// <summary>Equality.</summary>
    public static bool operator ==(ActivationId left, ActivationId right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(ActivationId left, ActivationId right) => !left.Equals(right);
}
