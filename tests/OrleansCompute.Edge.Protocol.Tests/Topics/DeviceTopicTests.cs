using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Edge.Protocol.Topics;

namespace OrleansCompute.Edge.Protocol.Tests.Topics;

public sealed class DeviceTopicTests
{
    private const string Root = "oc/v1/acme/cam-1/";

    [Theory]
    [InlineData("telemetry", DeviceChannel.Telemetry, null, null, true)]
    [InlineData("inference", DeviceChannel.Inference, null, null, true)]
    [InlineData("sample", DeviceChannel.Sample, null, null, true)]
    [InlineData("state/reported", DeviceChannel.StateReported, null, null, true)]
    [InlineData("state/desired", DeviceChannel.StateDesired, null, null, false)]
    [InlineData("cmd/17", DeviceChannel.Command, null, "17", false)]
    [InlineData("cmd/result", DeviceChannel.Command, null, "result", false)]
    [InlineData("cmd/17/result", DeviceChannel.CommandResult, null, "17", true)]
    [InlineData("model/fashion/offer", DeviceChannel.ModelOffer, "fashion", null, false)]
    [InlineData("model/fashion/fetch", DeviceChannel.ModelFetch, "fashion", null, true)]
    [InlineData("model/fashion/chunk", DeviceChannel.ModelChunk, "fashion", null, false)]
    public void TryParse_WhenInTheGrammar_GivesThePartsAndFormatsBack(
        string tail, DeviceChannel channel, string? model, string? command, bool fromDevice)
    {
        Assert.True(DeviceTopic.TryParse(Root + tail, out var topic, out var reason), reason);
        Assert.Equal(new DeviceTopic("acme", "cam-1", channel, model, command), topic);
        Assert.Equal(Root + tail, topic.Format());
        Assert.Equal(fromDevice, DeviceTopics.FromDevice(channel));
    }

    [Theory]
    [InlineData("", "'oc/v1/'")]
    [InlineData("oc/v1", "'oc/v1/'")]
    [InlineData("oc/v1/", "tenant is ''")]
    [InlineData("oc/v2/acme/cam/telemetry", "'oc/v2/acme/cam/telemetry'")]
    [InlineData("/oc/v1/acme/cam/telemetry", "does not start")]
    [InlineData("OC/v1/acme/cam/telemetry", "does not start")]
    [InlineData("$share/g/oc/v1/acme/cam/telemetry", "does not start")]
    [InlineData("oc/v1/acme", "device is ''")]
    [InlineData("oc/v1//cam/telemetry", "tenant is ''")]
    [InlineData("oc/v1/Acme/cam/telemetry", "tenant is 'Acme'")]
    [InlineData("oc/v1/+/cam/telemetry", "tenant is '+'")]
    [InlineData("oc/v1/acme/#", "device is '#'")]
    [InlineData("oc/v1/acme/../telemetry", "device is '..'")]
    [InlineData("oc/v1/acme/cam", "channel '' is unknown")]
    [InlineData("oc/v1/acme/cam/", "channel '' is unknown")]
    [InlineData("oc/v1/acme/cam/telemetry/", "'telemetry/' is unknown")]
    [InlineData("oc/v1/acme/cam/Telemetry", "'Telemetry' is unknown")]
    [InlineData("oc/v1/acme/cam/state", "'state' is unknown")]
    [InlineData("oc/v1/acme/cam/state/other", "'state/other' is unknown")]
    [InlineData("oc/v1/acme/cam/cmd", "'cmd' is unknown")]
    [InlineData("oc/v1/acme/cam/cmd/", "command id is ''")]
    [InlineData("oc/v1/acme/cam/cmd/+", "command id is '+'")]
    [InlineData("oc/v1/acme/cam/cmd//result", "command id is ''")]
    [InlineData("oc/v1/acme/cam/cmd/1/result/2", "command id is '1/result/2'")]
    [InlineData("oc/v1/acme/cam/model/m", "'model/m' is unknown")]
    [InlineData("oc/v1/acme/cam/model//offer", "model is ''")]
    [InlineData("oc/v1/acme/cam/model/m/sell", "'model/m/sell' is unknown")]
    [InlineData("oc/v1/acme/cam/model/m/offer/x", "'model/m/offer/x' is unknown")]
    [InlineData("oc/v1/acme/cam/model/M/offer", "model is 'M'")]
    [InlineData("oc/v1/acme/cam/tele\u0001metry", "'tele?metry' is unknown")]
    public void TryParse_WhenMalformed_NamesThePart(string topic, string expected)
    {
        Assert.False(DeviceTopic.TryParse(topic, out _, out var reason));
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_WhenTooLong_NamesTheLimit()
    {
        Assert.False(DeviceTopic.TryParse(new string('a', 300), out _, out var reason));
        Assert.Contains("300", reason, StringComparison.Ordinal);
        Assert.Contains("256", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_WhenLongestNames_IsWithinTheLimit()
    {
        var name = new string('a', ProtocolLimits.MaxNameLength);
        Assert.True(DeviceTopic.TryParse(DeviceTopics.ModelOffer(name, name, name), out _, out var reason), reason);
        Assert.True(DeviceTopic.TryParse(DeviceTopics.CommandResult(name, name, name), out _, out reason), reason);
    }

    [Fact]
    public void TryParse_WhenAnyText_NeverThrows() => Prop.ForAll<string>(text =>
    {
        var parsed = DeviceTopic.TryParse("oc/v1/" + text, out var topic, out var reason);
        return parsed ? topic.Format() == "oc/v1/" + text : reason.Length > 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Format_WhenNameIsWrong_NamesIt()
    {
        Assert.Contains("'Acme'",
            Assert.Throws<ArgumentException>(() => DeviceTopics.Telemetry("Acme", "cam")).Message, StringComparison.Ordinal);
        Assert.Contains("'a/b'",
            Assert.Throws<ArgumentException>(() => DeviceTopics.Command("acme", "cam", "a/b")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => DeviceTopics.ModelOffer("acme", "cam", "+"));
    }

    [Fact]
    public void Filters_WhenBothSides_AreTheWholeGrammar()
    {
        Assert.Equal(
            [Root + "state/desired", Root + "cmd/+", Root + "model/+/offer", Root + "model/+/chunk"],
            DeviceTopics.FiltersOfDevice("acme", "cam-1"));
        Assert.Equal(Enum.GetValues<DeviceChannel>().Count(DeviceTopics.FromDevice), DeviceTopics.FiltersFromDevices.Count);
    }
}
