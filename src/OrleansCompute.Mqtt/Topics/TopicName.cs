using System.Text;

namespace OrleansCompute.Mqtt.Topics;

/// <summary>The rules for the name that a message is published to (MQTT 5, section 4.7).</summary>
public static class TopicName
{
    /// <summary>Levels above this are refused: an index node per level must stay cheap. No real grammar uses more than 20.</summary>
    public const int MaximumLevels = 128;

    /// <summary>What is wrong with the name, or null when it is valid.</summary>
    /// <param name="topic">1 to 65,535 bytes of UTF-8, at most 128 levels, without <c>+</c>, <c>#</c> and U+0000.</param>
    public static string? Check(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.AsSpan().ContainsAny('+', '#')
            ? $"Topic '{topic}' contains a wildcard; '+' and '#' belong into filters."
            : CheckCommon(topic, "Topic");
    }

    internal static string? CheckCommon(string text, string kind)
    {
        if (text.Length == 0)
        {
            return $"{kind} is empty; allowed 1 to 65535 bytes.";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return $"{kind} contains U+0000.";
        }

        if (text.Length > ushort.MaxValue / 3 && Encoding.UTF8.GetByteCount(text) is > ushort.MaxValue and var bytes)
        {
            return $"{kind} has {bytes} bytes; allowed 1 to 65535.";
        }

        return text.AsSpan().Count('/') is >= MaximumLevels and var slashes
            ? $"{kind} has {slashes + 1} levels; allowed 1 to {MaximumLevels}."
            : null;
    }
}
