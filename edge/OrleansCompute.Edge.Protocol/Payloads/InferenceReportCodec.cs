using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>MessagePack <c>[1, model, version, [[index, label, confidence, latency ms], …]]</c>, up to 32 KiB.</summary>
public static class InferenceReportCodec
{
    private const int Fields = 3;
    private const int FieldsPerResult = 4;

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentException">The value breaks a limit; the message names it.</exception>
    public static void Encode(IBufferWriter<byte> output, in InferenceReport value)
    {
        var writer = Payload.Begin(output, value, Fields, Validate);
        writer.Write(value.Model);
        writer.Write(value.Version);
        writer.WriteArrayHeader(value.Results.Length);
        foreach (var result in value.Results)
        {
            writer.WriteArrayHeader(FieldsPerResult);
            writer.Write(result.SampleIndex);
            writer.Write(result.Label);
            writer.Write(result.Confidence);
            writer.Write(result.LatencyMs);
        }

        writer.Flush();
    }

    /// <summary>Reads the payload; nothing of the input is kept. Never throws on bad input.</summary>
    public static bool TryDecode(
        ReadOnlySequence<byte> payload, [NotNullWhen(true)] out InferenceReport? value, [NotNullWhen(false)] out string? error) =>
        Payload.TryDecode(payload, "inference", ProtocolLimits.MaxInferenceBytes, Fields, Decode, Validate, out value, out error);

    /// <summary>Null, or a sentence that says which limit the value breaks.</summary>
    public static string? Validate(InferenceReport value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Results.IsDefault)
        {
            return "results is missing.";
        }

        var error = FabricName.Validate(value.Model, "model")
            ?? PayloadRules.Range(value.Version, 1, int.MaxValue, "version")
            ?? PayloadRules.Count(value.Results.Length, 1, ProtocolLimits.MaxResultsPerReport, "results");
        for (var i = 0; error is null && i < value.Results.Length; i++)
        {
            var result = value.Results[i];
            error = PayloadRules.Range(result.SampleIndex, 0, long.MaxValue, "sample index")
                ?? PayloadRules.Range(result.Label, 0, int.MaxValue, "label")
                ?? PayloadRules.Finite(result.Confidence, 0, 1, "confidence")
                ?? PayloadRules.Finite(result.LatencyMs, 0, float.MaxValue, "latency ms");
        }

        return error;
    }

    private static InferenceReport Decode(ref MessagePackReader reader)
    {
        var model = PayloadFields.ReadName(ref reader, "model");
        var version = reader.ReadInt32();
        var count = PayloadFields.ReadCount(ref reader, ProtocolLimits.MaxResultsPerReport, "results");
        var results = ImmutableArray.CreateBuilder<InferenceResult>(count);
        for (var i = 0; i < count; i++)
        {
            var extra = PayloadFields.ReadFields(ref reader, FieldsPerResult, "a result");
            results.Add(new InferenceResult(reader.ReadInt64(), reader.ReadInt32(), reader.ReadSingle(), reader.ReadSingle()));
            PayloadFields.SkipExtra(ref reader, extra);
        }

        return new InferenceReport { Model = model, Version = version, Results = results.MoveToImmutable() };
    }
}
