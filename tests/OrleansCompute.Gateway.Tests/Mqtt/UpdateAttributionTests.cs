using OrleansCompute.Contracts.Devices;
using OrleansCompute.Gateway.Mqtt;

namespace OrleansCompute.Gateway.Tests.Mqtt;

public sealed class UpdateAttributionTests
{
    [Theory]
    [InlineData(ModelUpdateState.None, 2, 0)]
    [InlineData(ModelUpdateState.Downloading, 1, 5)]
    [InlineData(ModelUpdateState.Refused, 1, 6)]
    [InlineData(ModelUpdateState.Running, 2, 6)]
    [InlineData(ModelUpdateState.Running, 1, 5)]
    [InlineData(ModelUpdateState.Running, 7, 0)]
    public void Complete_WhenTwoOffersAreKnown_FindsTheOneThatTheStateIsOf(ModelUpdateState state, int running, long issue)
    {
        var attribution = new UpdateAttribution();
        attribution.Offered(Model(1, 5));
        attribution.Fetched("fashion", 1, 5);
        attribution.Offered(Model(2, 6));
        attribution.Offered(Model(1, 5));

        var report = attribution.Complete(
            new DeviceReport { AgentVersion = "1", ModelName = "fashion", ModelVersion = running, UpdateState = state });

        Assert.Equal(issue, report.UpdateIssue);
    }

    private static DesiredModel Model(int version, long issue) =>
        new() { Name = "fashion", Version = version, Issue = issue, Sha256 = "00", SizeBytes = 1 };
}
