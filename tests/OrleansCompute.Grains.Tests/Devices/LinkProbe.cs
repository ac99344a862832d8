using System.Threading.Channels;
using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Grains.Tests.Devices;

/// <summary>A gateway's end of a device's connection.</summary>
internal sealed class LinkProbe : IDeviceLink
{
    private readonly Channel<DesiredModel> _offers = Channel.CreateUnbounded<DesiredModel>();

    public ChannelReader<DesiredModel> Offers => _offers.Reader;

    public void Offer(DesiredModel model) => _offers.Writer.TryWrite(model);
}
