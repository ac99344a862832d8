using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>
/// MessagePack <c>[1, agent version, model or nil, model version, update state, detail, inferences, p50, p99, telemetry sent, peak
/// memory, update issue]</c>, up to 16 KiB. The update issue may be missing: agents of before it do not send it.
/// </summary>
public static class DeviceReportCodec
{
    private const int Fields = 11;
    private const int FieldsWithoutIssue = 10;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in DeviceReport value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.AgentVersion);
        writer.Write(value.ModelName);
        writer.Write(value.ModelVersion);
        writer.Write((int)value.UpdateState);
        writer.Write(value.Detail);
        writer.Write(value.InferenceCount);
        writer.Write(value.LatencyP50Ms);
        writer.Write(value.LatencyP99Ms);
        writer.Write(value.TelemetrySent);
        writer.Write(value.PeakMemoryBytes);
        writer.Write(value.UpdateIssue);
        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out DeviceReport? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(
            payload, "state/reported", ProtocolLimits.MaxStateBytes,
            FieldsWithoutIssue, Decode, Validate, out value, out error, DecodeIssue);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(DeviceReport value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return PayloadRules.Text(value.AgentVersion, ProtocolLimits.MaxNameLength, "agent version")
            ?? (value.ModelName is null ? null : FabricName.Validate(value.ModelName, "model"))
            ?? PayloadRules.Range(
                value.ModelVersion, value.ModelName is null ? 0 : 1, value.ModelName is null ? 0 : int.MaxValue, "model version")
            ?? PayloadRules.Range((int)value.UpdateState, 0, (int)UpdateState.Failed, "update state")
            ?? PayloadRules.Text(value.Detail, ProtocolLimits.MaxDetailBytes, "detail")
            ?? PayloadRules.Range(value.InferenceCount, 0, long.MaxValue, "inference count")
            ?? PayloadRules.Finite(value.LatencyP50Ms, 0, double.MaxValue, "latency p50 ms")
            ?? PayloadRules.Finite(value.LatencyP99Ms, 0, double.MaxValue, "latency p99 ms")
            ?? PayloadRules.Range(value.TelemetrySent, 0, long.MaxValue, "telemetry sent")
            ?? PayloadRules.Range(value.PeakMemoryBytes, 0, long.MaxValue, "peak memory bytes")
            ?? PayloadRules.Range(value.UpdateIssue, 0, long.MaxValue, "update issue");
    }

    private static DeviceReport Decode(ref MessagePackReader reader) => new()
    {
        AgentVersion = PayloadFields.ReadText(ref reader, ProtocolLimits.MaxNameLength, "agent version"),
        ModelName = PayloadFields.TryReadText(ref reader, ProtocolLimits.MaxNameLength, "model"),
        ModelVersion = reader.ReadInt32(),
        UpdateState = (UpdateState)reader.ReadInt32(),
        Detail = PayloadFields.ReadText(ref reader, ProtocolLimits.MaxDetailBytes, "detail"),
        InferenceCount = reader.ReadInt64(),
        LatencyP50Ms = reader.ReadDouble(),
        LatencyP99Ms = reader.ReadDouble(),
        TelemetrySent = reader.ReadInt64(),
        PeakMemoryBytes = reader.ReadInt64(),
    };

    private static DeviceReport DecodeIssue(ref MessagePackReader reader, DeviceReport report) =>
        report with { UpdateIssue = reader.ReadInt64() };
}
