using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class PayloadLimitTests
{
    private static readonly TelemetryReading Reading = new()
    {
        Sequence = 1, MeasuredAt = DateTimeOffset.UnixEpoch, Values = [new NamedValue("temperature", 21.5)],
    };

    private static readonly ModelOffer Offer = new()
    {
        Tenant = "acme", Name = "fashion", Version = 1, Issue = 1, SizeBytes = 1000, Sha256 = new byte[32], Signature = new byte[64],
    };

    private static readonly DeviceReport Report = new() { AgentVersion = "1.0" };

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Telemetry_WhenNotFinite_IsRefusedBothWays(double value)
    {
        var batch = Batch(Reading with { Values = [new NamedValue("t", value)] });
        Assert.Contains("'t'", TelemetryCodec.Validate(batch), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Samples.Bytes(output => TelemetryCodec.Encode(output, batch)));
        var good = Samples.Bytes(output => TelemetryCodec.Encode(output, Batch(Reading)));
        BitConverter.TryWriteBytes(
            good.AsSpan(good.Length - 8), System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToInt64Bits(value)));
        Assert.False(TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(good), out _, out var error));
        Assert.Contains("finite", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Telemetry_WhenCountsAreAtTheLimit_FitsTheSizeLimit()
    {
        var readings = Enumerable.Range(1, ProtocolLimits.MaxReadingsPerBatch)
            .Select(
                i => Reading with { Sequence = i, Values = [new NamedValue("temperature", i / 7d), new NamedValue("humidity", i / 9d)] });
        var bytes = Samples.Bytes(output => TelemetryCodec.Encode(output, Batch([.. readings])));
        Assert.InRange(bytes.Length, 1, ProtocolLimits.MaxTelemetryBytes);
        Assert.True(TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(bytes), out var batch, out _));
        Assert.Same(batch.Readings[0].Values[0].Name, batch.Readings[511].Values[0].Name);
        Assert.Equal((1, 512), (batch.FirstSequence, batch.LastSequence));
    }

    [Fact]
    public void Inference_WhenCountIsAtTheLimit_FitsTheSizeLimit()
    {
        var report = new InferenceReport
        {
            Model = new string('m', 64), Version = int.MaxValue,
            Results =
                [.. Enumerable.Repeat(new InferenceResult(long.MaxValue, int.MaxValue, 0.3f, 0.7f), ProtocolLimits.MaxResultsPerReport)],
        };
        Assert.InRange(Samples.Bytes(output => InferenceReportCodec.Encode(output, report)).Length, 1, ProtocolLimits.MaxInferenceBytes);
        Assert.Contains("1025",
            InferenceReportCodec.Validate(report with { Results = report.Results.Add(default) }), StringComparison.Ordinal);
        Assert.Contains("confidence is 1.5",
            InferenceReportCodec.Validate(report with { Results = [new InferenceResult(0, 0, 1.5f, 0)] }), StringComparison.Ordinal);
        Assert.Contains("latency",
            InferenceReportCodec.Validate(report with { Results = [new InferenceResult(0, 0, 1, -1)] }), StringComparison.Ordinal);
    }

    [Fact]
    public void LargestPayloads_WhenEncoded_FitTheirSizeLimits()
    {
        var chunk = new ModelChunk
        {
            Version = int.MaxValue, Issue = long.MaxValue, Offset = 1,
            TotalBytes = ProtocolLimits.MaxPackageBytes, Data = new byte[ProtocolLimits.MaxChunkBytes],
        };
        var sample = new HardSample { SampleIndex = long.MaxValue,
            Label = int.MaxValue, Confidence = 1, Image = new byte[ProtocolLimits.MaxImageBytes] };
        var name = new string('n', 64);
        var offer = Offer with
        {
            Tenant = name, Name = name,
            Metrics =
                [.. Enumerable.Range(0, ProtocolLimits.MaxMetricsPerOffer).Select(i => new NamedValue($"{new string('m', 62)}{i:00}", 1d))],
        };
        var result =
            new CommandResult { Id = name, Status = CommandStatus.Failed, Output = new string('x', ProtocolLimits.MaxArgumentsBytes) };
        Assert.InRange(Samples.Bytes(output => ModelChunkCodec.Encode(output, chunk)).Length, 1, ProtocolLimits.MaxChunkMessageBytes);
        Assert.InRange(Samples.Bytes(output => HardSampleCodec.Encode(output, sample)).Length, 1, ProtocolLimits.MaxSampleBytes);
        Assert.InRange(Samples.Bytes(output => ModelOfferCodec.Encode(output, offer)).Length, 1, ProtocolLimits.MaxOfferBytes);
        Assert.InRange(Samples.Bytes(output => CommandResultCodec.Encode(output, result)).Length, 1, ProtocolLimits.MaxStateBytes);
    }

    public static TheoryData<string?, string> Refusals => new()
    {
        { TelemetryCodec.Validate(Batch()), "readings has 0 elements" },
        { TelemetryCodec.Validate(new TelemetryBatch { Readings = default }), "readings is missing" },
        { TelemetryCodec.Validate(Batch([.. Enumerable.Range(1, 513).Select(i => Reading with { Sequence = i })])), "513" },
        { TelemetryCodec.Validate(Batch(Reading with { Sequence = 0 })), "sequence is 0 after 0" },
        { TelemetryCodec.Validate(Batch(Reading, Reading)), "sequence is 1 after 1" },
        { TelemetryCodec.Validate(Batch(Reading with { Values = [] })), "values has 0 elements" },
        { TelemetryCodec.Validate(Batch(Reading with { Values = [new NamedValue("a", 1), new NamedValue("a", 2)] })), "'a' occurs twice" },
        { TelemetryCodec.Validate(Batch(Reading with { Values = [new NamedValue("A", 1)] })), "'A'" },
        { TelemetryCodec.Validate(Batch(Reading with { Values = [.. Enumerable.Range(0, 65).Select(i => new NamedValue($"v{i}", i))] })),
            "65" },
        { ModelOfferCodec.Validate(Offer with { Tenant = "Acme" }), "'Acme'" },
        { ModelOfferCodec.Validate(Offer with { Name = "" }), "model is ''" },
        { ModelOfferCodec.Validate(Offer with { Version = 0 }), "version is 0" },
        { ModelOfferCodec.Validate(Offer with { Issue = 0 }), "issue is 0" },
        { ModelOfferCodec.Validate(Offer with { SizeBytes = 0 }), "size in bytes is 0" },
        { ModelOfferCodec.Validate(Offer with { SizeBytes = ProtocolLimits.MaxPackageBytes + 1 }), "268435457" },
        { ModelOfferCodec.Validate(Offer with { Sha256 = new byte[31] }), "sha256 has 31 bytes; allowed 32" },
        { ModelOfferCodec.Validate(Offer with { Signature = default }), "signature has 0 bytes" },
        { ModelOfferCodec.Validate(Offer with { ChunkBytes = 1023 }), "1023" },
        { ModelOfferCodec.Validate(Offer with { ChunkBytes = 262145 }), "262145" },
        { ModelOfferCodec.Validate(Offer with { Metrics = default }), "metrics is missing" },
        { ModelFetchCodec.Validate(new ModelFetch(1, 1, -1, 1)), "offset is -1" },
        { ModelFetchCodec.Validate(new ModelFetch(1, 1, 0, 0)), "length is 0" },
        { ModelFetchCodec.Validate(new ModelFetch(1, 1, 0, 262145)), "length is 262145" },
        { ModelChunkCodec.Validate(new ModelChunk { Version = 1, Issue = 1, Offset = 5, TotalBytes = 8, Data = new byte[4] }),
            "offset is 5; allowed 0 to 4" },
        { DeviceReportCodec.Validate(Report with { ModelVersion = 1 }), "model version is 1" },
        { DeviceReportCodec.Validate(Report with { ModelName = "m" }), "model version is 0" },
        { DeviceReportCodec.Validate(Report with { UpdateState = (UpdateState)7 }), "update state is 7" },
        { DeviceReportCodec.Validate(Report with { Detail = new string('€', 700) }), "2100 bytes" },
        { DeviceReportCodec.Validate(Report with { LatencyP99Ms = double.NaN }), "latency p99 ms is NaN" },
        { DeviceReportCodec.Validate(Report with { PeakMemoryBytes = -1 }), "peak memory bytes is -1" },
        { HardSampleCodec.Validate(new HardSample { SampleIndex = 0, Label = 0, Confidence = 1, Image = new byte[65537] }), "65537" },
        { CommandRequestCodec.Validate(new CommandRequest { Id = "1", Name = "n", Arguments = new string('x', 8193) }), "8193" },
        { CommandResultCodec.Validate(new CommandResult { Id = "1", Status = (CommandStatus)3 }), "status is 3" },
        { DesiredStateCodec.Validate(new DesiredState { Revision = 0 }), "revision is 0" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Validate_WhenLimitIsBroken_NamesIt(string? message, string expected) =>
        Assert.Contains(expected, message, StringComparison.Ordinal);

    [Fact]
    public void TryDecode_WhenTextIsNotUtf8_IsRefused()
    {
        var bytes = Samples.Bytes(
            output => CommandRequestCodec.Encode(output, new CommandRequest { Id = "1", Name = "n", Arguments = "xx" }));
        bytes[^1] = 0xff;
        Assert.False(CommandRequestCodec.TryDecode(new ReadOnlySequence<byte>(bytes), out _, out var error));
        Assert.Contains("UTF-8", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryDecode_WhenCountIsAboveTheLimit_IsRefusedBeforeAllocation()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(3);
        writer.Write(1);
        writer.Write(1);
        writer.WriteArrayHeader(60_000);
        writer.WriteRaw(new byte[60_000]);
        writer.Flush();
        Assert.False(TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(output.WrittenMemory), out _, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(output.WrittenMemory), out _, out var error));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        Assert.Contains("readings has 60000 elements; allowed up to 512", error, StringComparison.Ordinal);
    }

    private static TelemetryBatch Batch(params ImmutableArray<TelemetryReading> readings) => new() { Readings = readings };
}
