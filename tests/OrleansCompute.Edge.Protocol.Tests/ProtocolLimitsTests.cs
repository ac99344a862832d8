namespace OrleansCompute.Edge.Protocol.Tests;

public sealed class ProtocolLimitsTests
{
    // Agents and gateways of different ages meet: a limit that shrinks breaks those in the field.
    [Theory]
    [InlineData(nameof(ProtocolLimits.MaxNameLength), 64, ProtocolLimits.MaxNameLength)]
    [InlineData(nameof(ProtocolLimits.MaxTelemetryBytes), 65536, ProtocolLimits.MaxTelemetryBytes)]
    [InlineData(nameof(ProtocolLimits.MaxValuesPerReading), 64, ProtocolLimits.MaxValuesPerReading)]
    [InlineData(nameof(ProtocolLimits.MaxReadingsPerBatch), 512, ProtocolLimits.MaxReadingsPerBatch)]
    [InlineData(nameof(ProtocolLimits.MaxResultsPerReport), 1024, ProtocolLimits.MaxResultsPerReport)]
    [InlineData(nameof(ProtocolLimits.DefaultChunkBytes), 65536, ProtocolLimits.DefaultChunkBytes)]
    [InlineData(nameof(ProtocolLimits.MaxChunkBytes), 262144, ProtocolLimits.MaxChunkBytes)]
    [InlineData(nameof(ProtocolLimits.MaxOfferBytes), 16384, ProtocolLimits.MaxOfferBytes)]
    [InlineData(nameof(ProtocolLimits.MaxPackageBytes), 268435456, ProtocolLimits.MaxPackageBytes)]
    [InlineData(nameof(ProtocolLimits.SchemaVersion), 1, ProtocolLimits.SchemaVersion)]
    public void Limit_WhenPublished_DoesNotShrink(string limit, long expected, long actual) =>
        Assert.True(expected == actual, $"{limit} is {actual}; it was published as {expected}");
}
