namespace MessagePack;

/// <summary>The largest values that fit into the first byte.</summary>
public static class MessagePackRange
{
    /// <summary>Smallest integer of one byte.</summary>
    public const int MinFixNegativeInt = -32;

    /// <summary>Largest negative integer.</summary>
    public const int MaxFixNegativeInt = -1;

    /// <summary>Largest integer of one byte.</summary>
    public const int MaxFixPositiveInt = 127;

    /// <summary>Shortest text, in bytes.</summary>
    public const int MinFixStringLength = 0;

    /// <summary>Longest text, in bytes, whose length fits the code.</summary>
    public const int MaxFixStringLength = 31;

    /// <summary>Largest map, in pairs, whose count fits the code.</summary>
    public const int MaxFixMapCount = 15;

    /// <summary>Largest array, in values, whose count fits the code.</summary>
    public const int MaxFixArrayCount = 15;
}
