using System.Buffers;
using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

/// <summary>Valid values of every payload, drawn at random within the limits.</summary>
internal static class Samples
{
    private static readonly Gen<string> Name =
        from first in Gen.Elements("abcxyz019".ToCharArray())
        from rest in Gen.ArrayOf(Gen.Elements("abcxyz019._-".ToCharArray()))
        select first + new string(rest.AsSpan(0, Math.Min(rest.Length, 63)));

    private static readonly Gen<string> Text = ArbMap.Default.GeneratorFor<NonNull<string>>()
        .Select(text => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Get)));

    private static readonly Gen<double> Number =
        ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite).Or(
            ArbMap.Default.GeneratorFor<int>().Select(i => i / 8d));

    private static readonly Gen<long> Count = ArbMap.Default.GeneratorFor<long>().Select(value => value & long.MaxValue);

    private static readonly Gen<int> Positive = Gen.Choose(1, int.MaxValue);

    private static readonly Gen<long> Issue = Count.Select(value => Math.Max(value, 1));

    private static readonly Gen<ImmutableArray<NamedValue>> Values = Gen.NonEmptyListOf(Name).SelectMany(
        names => Gen.ArrayOf(Number, names.Count),
        (names, numbers) =>
            names.Zip(numbers, (name, number) => new NamedValue(name, number)).DistinctBy(value => value.Name).Take(30).ToImmutableArray());

    private static readonly Gen<TelemetryReading> Reading =
        from gap in Gen.Choose(1, 1_000_000)
        from ticks in Count
        from values in Values
        select new TelemetryReading
        {
            Sequence = gap, MeasuredAt = new DateTimeOffset(ticks % DateTime.MaxValue.Ticks, TimeSpan.Zero), Values = values,
        };

    public static readonly Gen<TelemetryBatch> Telemetry = Gen.NonEmptyListOf(Reading).Select(readings =>
    {
        long sequence = 0;
        return new TelemetryBatch { Readings = [.. readings.Select(reading => reading with { Sequence = sequence += reading.Sequence })] };
    });

    public static readonly Gen<InferenceReport> Inference =
        from name in Name
        from version in Positive
        from results in Gen.NonEmptyListOf(
            from index in Count
            from label in Gen.Choose(0, 1000)
            from confidence in Gen.Choose(0, 1000)
            from latency in Gen.Choose(0, 1_000_000)
            select new InferenceResult(index, label, confidence / 1000f, latency / 100f))
        select new InferenceReport { Model = name, Version = version, Results = [.. results] };

    public static readonly Gen<HardSample> Sample =
        from index in Count
        from label in Gen.Choose(0, 1000)
        from confidence in Gen.Choose(0, 1000)
        from length in Gen.Choose(1, 1000)
        from fill in Gen.Choose(0, 255)
        select new HardSample
        {
            SampleIndex = index, Label = label, Confidence = confidence / 1000f, Image = Enumerable.Repeat((byte)fill, length).ToArray(),
        };

    public static readonly Gen<DeviceReport> Report =
        from agent in Name
        from model in Name
        from version in Gen.Choose(0, 3)
        from state in Gen.Elements(Enum.GetValues<UpdateState>())
        from detail in Text
        from count in Count
        from latency in Gen.Choose(0, 1_000_000)
        select new DeviceReport
        {
            AgentVersion = agent, ModelName = version == 0 ? null : model, ModelVersion = version, UpdateState = state, Detail = detail,
            InferenceCount = count, LatencyP50Ms = latency / 64d, LatencyP99Ms = latency, TelemetrySent = count / 2,
            PeakMemoryBytes = count / 3, UpdateIssue = count / 5,
        };

    public static readonly Gen<DesiredState> Desired =
        from revision in Issue
        from model in Name
        from version in Gen.Choose(0, 3)
        select new DesiredState { Revision = revision, ModelName = version == 0 ? null : model, ModelVersion = version };

    public static readonly Gen<ModelOffer> Offer =
        from tenant in Name
        from name in Name
        from version in Positive
        from issue in Issue
        from size in Gen.Choose(1, (int)ProtocolLimits.MaxPackageBytes)
        from hash in Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 32)
        from signature in Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 64)
        from chunk in Gen.Choose(ProtocolLimits.MinChunkBytes, ProtocolLimits.MaxChunkBytes)
        from metrics in Values
        select new ModelOffer
        {
            Tenant = tenant, Name = name, Version = version, Issue = issue, SizeBytes = size, Sha256 = hash, Signature = signature,
            ChunkBytes = chunk, Metrics = metrics,
        };

    public static readonly Gen<ModelFetch> Fetch =
        from version in Positive
        from issue in Issue
        from offset in Gen.Choose(0, (int)ProtocolLimits.MaxPackageBytes - 1)
        from length in Gen.Choose(1, ProtocolLimits.MaxChunkBytes)
        select new ModelFetch(version, issue, offset, length);

    public static readonly Gen<ModelChunk> Chunk =
        from version in Positive
        from issue in Issue
        from offset in Gen.Choose(0, 1_000_000)
        from length in Gen.Choose(1, 1000)
        from more in Gen.Choose(0, 1_000_000)
        select new ModelChunk { Version = version, Issue = issue,
            Offset = offset, TotalBytes = offset + length + more, Data = new byte[length] };

    public static readonly Gen<CommandRequest> Request =
        from id in Name
        from name in Name
        from arguments in Text
        select new CommandRequest { Id = id, Name = name, Arguments = arguments };

    public static readonly Gen<CommandResult> Result =
        from id in Name
        from status in Gen.Elements(Enum.GetValues<CommandStatus>())
        from output in Text
        select new CommandResult { Id = id, Status = status, Output = output };

    public static byte[] Bytes(Action<IBufferWriter<byte>> encode)
    {
        var output = new ArrayBufferWriter<byte>();
        encode(output);
        return output.WrittenSpan.ToArray();
    }
}
