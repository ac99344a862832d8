using OrleansCompute.Gateway.Mqtt;

namespace OrleansCompute.Gateway.Tests.Mqtt;

public sealed class TopicAccessTests
{
    private static readonly DeviceAddress Own = new("acme", "cam-1");

    [Theory]
    [InlineData("oc/v1/acme/cam-1/telemetry", null)]
    [InlineData("oc/v1/acme/cam-1/model/fashion/fetch", null)]
    [InlineData("oc/v1/acme/cam-1/model/fashion/offer", RejectReason.NotAuthorized)]
    [InlineData("oc/v1/acme/cam-1/state/desired", RejectReason.NotAuthorized)]
    [InlineData("oc/v1/acme/cam-2/telemetry", RejectReason.NotAuthorized)]
    [InlineData("oc/v1/other/cam-1/telemetry", RejectReason.NotAuthorized)]
    [InlineData("oc/v1/other/cam-1/nonsense", RejectReason.NotAuthorized)]
    [InlineData("oc/v1/acme/cam-1/nonsense", RejectReason.MalformedTopic)]
    [InlineData("house/kitchen", RejectReason.NotAuthorized)]
    [InlineData("oc", RejectReason.NotAuthorized)]
    public void Publish_WhenDevice_AllowsItsOwnChannelsOnly(string topic, RejectReason? refused) =>
        Assert.Equal(refused, (TopicAccess.Publish(Own, topic) as PublishAccess.Refused)?.Reason);

    [Theory]
    [InlineData("house/kitchen", null)]
    [InlineData("ocean/temperature", null)]
    [InlineData("oc/v1/acme/cam-2/telemetry", null)]
    [InlineData("oc/v1/acme/cam-2/model/fashion/offer", RejectReason.NotAuthorized)]
    [InlineData("oc/v2/acme/cam-2/telemetry", RejectReason.MalformedTopic)]
    public void Publish_WhenWithoutCredentials_IsAnOrdinaryClientOutsideTheFabric(string topic, RejectReason? refused) =>
        Assert.Equal(refused, (TopicAccess.Publish(null, topic) as PublishAccess.Refused)?.Reason);

    [Theory]
    [InlineData("oc/v1/acme/cam-1/#", true)]
    [InlineData("oc/v1/acme/cam-1/model/+/offer", true)]
    [InlineData("oc/v1/acme/cam-1", false)]
    [InlineData("oc/v1/acme/+/telemetry", false)]
    [InlineData("oc/v1/acme/cam-10/#", false)]
    [InlineData("oc/v1/other/cam-1/#", false)]
    [InlineData("#", false)]
    [InlineData("$share/group/oc/v1/acme/cam-1/#", false)]
    public void MaySubscribe_WhenDevice_AllowsItsOwnPrefixOnly(string filter, bool allowed) =>
        Assert.Equal(allowed, TopicAccess.MaySubscribe(Own, filter));

    [Theory]
    [InlineData("acme.cam-1", true)]
    [InlineData("acme/cam-1", true)]
    [InlineData("acme/cam-1/second", true)]
    [InlineData("acme.cam-1/second", false)]
    [InlineData("acme/cam-10", false)]
    [InlineData("other/cam-1", false)]
    [InlineData("cam", true)]
    [InlineData("acme.cam-10", false)]
    [InlineData("acme.cam-2", false)]
    [InlineData("other.cam-1", false)]
    [InlineData("x.y", false)]
    public void Explain_WhenClientIdReadsAsAnotherDevice_Refuses(string clientId, bool allowed) =>
        Assert.Equal(allowed, ClientIdRule.Explain(clientId, "acme", "cam-1") is null);

    [Fact]
    public void Claim_WhenIdIsAnothersOrTooMany_Refuses()
    {
        var owners = new ClientIdOwners(maxIds: 3, maxIdsPerOwner: 2);

        Assert.Null(owners.Claim("a", "acme/one"));
        Assert.Null(owners.Claim("a", "acme/one"));
        Assert.Equal("The client id 'a' is in use; choose another one.", owners.Claim("a", "other/one"));
        Assert.Null(owners.Claim("b", "acme/one"));
        Assert.Contains("has used 2 client ids", owners.Claim("c", "acme/one"), StringComparison.Ordinal);
        Assert.Null(owners.Claim("c", "other/one"));
        Assert.Contains("all clients together 3", owners.Claim("d", "other/two"), StringComparison.Ordinal);
    }
}
