using System.Buffers;
using FsCheck;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class DeviceReportCodecTests : CodecTests<DeviceReport>
{
    protected override int MaxBytes => ProtocolLimits.MaxStateBytes;

    internal override Gen<DeviceReport> Values => Samples.Report;

    protected override byte[] Encode(DeviceReport value) => Samples.Bytes(output => DeviceReportCodec.Encode(output, value));

    protected override bool TryDecode(ReadOnlySequence<byte> payload, out DeviceReport? value, out string? error) =>
        DeviceReportCodec.TryDecode(payload, out value, out error);

    [Fact]
    public void TryDecode_WhenFromAnAgentWithoutUpdateIssue_GivesZero()
    {
        // The issue is the last element: one byte for numbers up to 127.
        var report = new DeviceReport { AgentVersion = "0.9", ModelName = "fashion", ModelVersion = 2, UpdateIssue = 77 };
        var earlier = Encode(report)[..^1];
        earlier[0]--;

        Assert.True(TryDecode(new ReadOnlySequence<byte>(earlier), out var decoded, out var error), error);
        Assert.Equal(report with { UpdateIssue = 0 }, decoded);
        Assert.False(TryDecode(new ReadOnlySequence<byte>([.. earlier, 77]), out _, out error));
        Assert.Contains("1 bytes follow", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WhenUpdateIssueIsNegative_NamesIt() => Assert.Contains(
        "update issue", DeviceReportCodec.Validate(new DeviceReport { AgentVersion = "1", UpdateIssue = -1 }), StringComparison.Ordinal);
}
