namespace MessagePack;

/// <summary>What precedes the data of an extension value.</summary>
public struct ExtensionHeader : IEquatable<ExtensionHeader>
{
    /// <summary>Creates a header.</summary>
    /// <param name="typeCode">0 to 127 for the application, negative for the specification.</param>
    /// <param name="length">Bytes of data that follow.</param>
    public ExtensionHeader(sbyte typeCode, uint length)
    {
        TypeCode = typeCode;
        Length = length;
    }

    /// <inheritdoc cref="ExtensionHeader(sbyte, uint)"/>
    public ExtensionHeader(sbyte typeCode, int length)
        : this(typeCode, (uint)length)
    {
    }

    /// <summary>0 to 127 for the application, negative for the specification.</summary>
    public sbyte TypeCode { get; private set; }

    /// <summary>Bytes of data that follow.</summary>
    public uint Length { get; private set; }

    /// <inheritdoc/>
    public readonly bool Equals(ExtensionHeader other) => TypeCode == other.TypeCode && Length == other.Length;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ExtensionHeader other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(TypeCode, Length);
}
