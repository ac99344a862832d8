namespace OrleansCompute.Mqtt.Topics;

/// <summary>The rules for what a subscriber asks for (MQTT 5, section 4.7).</summary>
public static class TopicFilter
{
    /// <summary>What is wrong with the filter, or null when it is valid.</summary>
    /// <param name="filter">As a topic name, but <c>+</c> may stand for a whole level and <c>#</c> for all the rest.</param>
    public static string? Check(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (TopicName.CheckCommon(filter, "Topic filter") is { } problem)
        {
            return problem;
        }

        for (var i = filter.AsSpan().IndexOfAny('+', '#'); i < filter.Length && i >= 0; i++)
        {
            if (filter[i] is not ('+' or '#'))
            {
                continue;
            }

            var alone = (i == 0 || filter[i - 1] == '/') && (i == filter.Length - 1 || filter[i + 1] == '/');
            if (!alone || (filter[i] == '#' && i != filter.Length - 1))
            {
                return $"Topic filter '{filter}': '{filter[i]}' at {i} must fill a level" + (filter[i] == '#' ? ", the last one." : ".");
            }
        }

        return null;
    }

    /// <summary>Whether a topic name matches a filter; both must be valid. The reference for the index, and for single checks.</summary>
    public static bool Matches(string filter, string topic)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(topic);
        if (topic[0] == '$' && (filter[0] is '+' or '#'))
        {
            return false;
        }

        var filters = filter.Split('/');
        var levels = topic.Split('/');
        for (var i = 0; i < filters.Length; i++)
        {
            if (filters[i] == "#")
            {
                return true;
            }

            if (i >= levels.Length || (filters[i] != "+" && filters[i] != levels[i]))
            {
                return false;
            }
        }

        return filters.Length == levels.Length;
    }
}
