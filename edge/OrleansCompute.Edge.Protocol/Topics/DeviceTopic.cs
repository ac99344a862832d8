namespace OrleansCompute.Edge.Protocol.Topics;

/// <summary>A topic of a device, parsed: <c>oc/v1/{tenant}/{device}/…</c>.</summary>
/// <param name="Tenant">Owner of the device.</param>
/// <param name="Device">Name of the device within the tenant.</param>
/// <param name="Channel">What the topic carries.</param>
/// <param name="ModelName">The model of a <c>model/{name}/…</c> topic; null for others.</param>
/// <param name="CommandId">The id of a <c>cmd/{id}</c> topic; null for others.</param>
public readonly record struct DeviceTopic(
    string Tenant, string Device, DeviceChannel Channel, string? ModelName = null, string? CommandId = null)
{
    /// <summary>Parses a topic name in one pass. A topic filter (with wildcards) is no topic name.</summary>
    /// <param name="topic">As received.</param>
    /// <param name="result">The parts, when the return value is true.</param>
    /// <param name="reason">Else a sentence that says which part is wrong, with its value and the allowed form.</param>
    public static bool TryParse(ReadOnlySpan<char> topic, out DeviceTopic result, out string reason)
    {
        result = default;
        reason = "";
        if (topic.Length > ProtocolLimits.MaxTopicLength)
        {
            reason = $"The topic has {topic.Length} characters; allowed up to {ProtocolLimits.MaxTopicLength}.";
            return false;
        }

        if (!topic.StartsWith(DeviceTopics.Prefix, StringComparison.Ordinal))
        {
            reason = $"The topic '{Clean(topic)}' does not start with '{DeviceTopics.Prefix}'.";
            return false;
        }

        var rest = topic[DeviceTopics.Prefix.Length..];
        if (!TakeName(ref rest, "tenant", out var tenant, ref reason) || !TakeName(ref rest, "device", out var device, ref reason))
        {
            return false;
        }

        if (!TryParseChannel(rest, out var channel, out var name, ref reason))
        {
            return false;
        }

        var isCommand = channel is DeviceChannel.Command or DeviceChannel.CommandResult;
        result = new DeviceTopic(
            tenant.ToString(),
            device.ToString(),
            channel,
            isCommand || name.IsEmpty ? null : name.ToString(),
            isCommand ? name.ToString() : null);
        return true;
    }

    /// <summary>The topic name.</summary>
    public string Format() => Channel switch
    {
        DeviceChannel.Command => DeviceTopics.Command(Tenant, Device, CommandId!),
        DeviceChannel.CommandResult => DeviceTopics.CommandResult(Tenant, Device, CommandId!),
        DeviceChannel.ModelOffer => DeviceTopics.ModelOffer(Tenant, Device, ModelName!),
        DeviceChannel.ModelFetch => DeviceTopics.ModelFetch(Tenant, Device, ModelName!),
        DeviceChannel.ModelChunk => DeviceTopics.ModelChunk(Tenant, Device, ModelName!),
        _ => DeviceTopics.Plain(Tenant, Device, Channel),
    };

    private static bool TryParseChannel(
        ReadOnlySpan<char> rest, out DeviceChannel channel, out ReadOnlySpan<char> name, ref string reason)
    {
        name = default;
        var (known, found) = rest switch
        {
            "telemetry" => (true, DeviceChannel.Telemetry),
            "inference" => (true, DeviceChannel.Inference),
            "sample" => (true, DeviceChannel.Sample),
            "state/reported" => (true, DeviceChannel.StateReported),
            "state/desired" => (true, DeviceChannel.StateDesired),
            _ => (false, default),
        };
        channel = found;
        if (known)
        {
            return true;
        }

        if (rest.StartsWith("cmd/", StringComparison.Ordinal))
        {
            name = rest[4..];
            channel = DeviceChannel.Command;
            if (name.EndsWith("/result", StringComparison.Ordinal))
            {
                name = name[..^7];
                channel = DeviceChannel.CommandResult;
            }

            return CheckName(name, "command id", ref reason);
        }

        if (rest.StartsWith("model/", StringComparison.Ordinal))
        {
            name = rest[6..];
            var slash = name.IndexOf('/');
            var verb = slash < 0 ? default : name[(slash + 1)..];
            (known, channel) = verb switch
            {
                "offer" => (true, DeviceChannel.ModelOffer),
                "fetch" => (true, DeviceChannel.ModelFetch),
                "chunk" => (true, DeviceChannel.ModelChunk),
                _ => (false, default),
            };
            name = slash < 0 ? name : name[..slash];
            if (known)
            {
                return CheckName(name, "model", ref reason);
            }
        }

        reason = $"The channel '{Clean(rest)}' is unknown; allowed: telemetry, inference, sample, state/reported, state/desired, "
            + "cmd/{id}, cmd/{id}/result, model/{name}/offer, model/{name}/fetch, model/{name}/chunk.";
        return false;
    }

    private static bool TakeName(ref ReadOnlySpan<char> rest, string what, out ReadOnlySpan<char> name, ref string reason)
    {
        var slash = rest.IndexOf('/');
        name = slash < 0 ? rest : rest[..slash];
        rest = slash < 0 ? default : rest[(slash + 1)..];
        return CheckName(name, what, ref reason);
    }

    private static bool CheckName(ReadOnlySpan<char> name, string what, ref string reason)
    {
        if (FabricName.IsValid(name))
        {
            return true;
        }

        reason = FabricName.Describe(name, what);
        return false;
    }

    private static string Clean(ReadOnlySpan<char> text)
    {
        Span<char> clean = stackalloc char[Math.Min(text.Length, ProtocolLimits.MaxTopicLength)];
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(text[i]) ? '?' : text[i];
        }

        return new string(clean);
    }
}
