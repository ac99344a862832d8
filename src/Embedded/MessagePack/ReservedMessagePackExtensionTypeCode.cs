namespace MessagePack;

/// <summary>Extension type codes that the specification itself defines.</summary>
public static class ReservedMessagePackExtensionTypeCode
{
    /// <summary>Timestamp of 4, 8 or 12 bytes.</summary>
    public const sbyte DateTime = -1;
}
