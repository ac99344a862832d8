namespace MessagePack;

/// <summary>The nine families of values of the MessagePack format.</summary>
public enum MessagePackType : byte
{
    /// <summary>The one code that the format never uses (0xc1).</summary>
    Unknown = 0,

    /// <summary>Any signed or unsigned integer.</summary>
    Integer = 1,

    /// <summary>Nil.</summary>
    Nil = 2,

    /// <summary>True or false.</summary>
    Boolean = 3,

    /// <summary>Single or double precision.</summary>
    Float = 4,

    /// <summary>UTF-8 text.</summary>
    String = 5,

    /// <summary>Bytes.</summary>
    Binary = 6,

    /// <summary>A counted sequence of values.</summary>
    Array = 7,

    /// <summary>A counted sequence of key and value pairs.</summary>
    Map = 8,

    /// <summary>A type code of the application or the specification, with bytes.</summary>
    Extension = 9,
}
