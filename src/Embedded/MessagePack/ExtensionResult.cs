using System.Buffers;

namespace MessagePack;

/// <summary>An extension value with its data.</summary>
public struct ExtensionResult
{
    /// <summary>Creates a value over one block of memory, which is not copied.</summary>
    public ExtensionResult(sbyte typeCode, Memory<byte> data)
        : this(typeCode, new ReadOnlySequence<byte>(data))
    {
    }

    /// <summary>Creates a value over a sequence, which is not copied.</summary>
    public ExtensionResult(sbyte typeCode, ReadOnlySequence<byte> data)
    {
        TypeCode = typeCode;
        Data = data;
    }

    /// <summary>0 to 127 for the application, negative for the specification.</summary>
    public sbyte TypeCode { get; private set; }

    /// <summary>The data; valid as long as the buffer that was read from.</summary>
    public ReadOnlySequence<byte> Data { get; private set; }

    /// <summary>The type code with the length of the data.</summary>
    public readonly ExtensionHeader Header => new(TypeCode, (uint)Data.Length);
}
