using System.Net;
using System.Net.Sockets;
using OrleansCompute.Cli.Demo;
using OrleansCompute.TestKit;

namespace OrleansCompute.Cli.Tests.Demo;

public sealed class TamperingRelayTests : IAsyncLifetime, IDisposable
{
    private readonly TcpListener broker = new(IPAddress.Loopback, 0);
    private readonly Socket agent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private TamperingRelay relay = null!;
    private Socket brokerSide = null!;

    public async Task InitializeAsync()
    {
        broker.Start();
        relay = TamperingRelay.Start((IPEndPoint)broker.LocalEndpoint);
        await agent.ConnectAsync(IPAddress.Loopback, relay.Port);
        brokerSide = await broker.AcceptSocketAsync().OrFailAsync("the relay connected to the broker");
    }

    public async Task DisposeAsync()
    {
        await relay.DisposeAsync().AsTask().OrFailAsync("the relay stopped");
    }

    public void Dispose()
    {
        agent.Dispose();
        brokerSide.Dispose();
        broker.Dispose();
    }

    [Fact]
    public async Task Relay_WhenNotArmed_HandsEveryByteOnBothWays()
    {
        // More than its buffer and the sockets' buffers hold.
        var up = Bytes(1, 3_000_000);
        var down = Bytes(2, 3_000_000);

        var results = await Task.WhenAll(PassAsync(agent, brokerSide, up), PassAsync(brokerSide, agent, down));

        Assert.Equal(up, results[0]);
        Assert.Equal(down, results[1]);
        Assert.Equal(0, relay.Flips);
    }

    [Fact]
    public async Task Relay_WhenArmed_FlipsOneBitOnceTowardsTheAgent()
    {
        var data = Bytes(3, 1_000);
        relay.Arm([data[200..264], data[600..664]]);

        Assert.Equal(data, await PassAsync(agent, brokerSide, data));
        Assert.Equal(0, relay.Flips);

        var tampered = await PassAsync(brokerSide, agent, data);
        var flipped = data.Zip(tampered).Sum(pair => int.PopCount(pair.First ^ pair.Second));
        Assert.Equal(1, flipped);
        Assert.Equal(1, relay.Flips);

        Assert.Equal(data, await PassAsync(brokerSide, agent, data));
        Assert.Equal(1, relay.Flips);
    }

    [Fact]
    public async Task Relay_WhenArmedWithWhatNeverPasses_ChangesNothing()
    {
        var data = Bytes(4, 10_000);
        relay.Arm([Bytes(5, 64)]);

        Assert.Equal(data, await PassAsync(brokerSide, agent, data));
        Assert.Equal(0, relay.Flips);
    }

    [Fact]
    public async Task Relay_WhenTheBrokerCloses_ClosesTheAgentsConnection()
    {
        brokerSide.Shutdown(SocketShutdown.Both);
        brokerSide.Close();

        Assert.Equal(0, await agent.ReceiveAsync(new byte[1]).OrFailAsync("the relay closed the agent's connection"));
    }

    private static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> PassAsync(Socket from, Socket to, byte[] bytes)
    {
        var received = new byte[bytes.Length];
        var receiving = ReceiveAsync(to, received);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await from.SendAsync(bytes.AsMemory(sent)).AsTask().OrFailAsync("the relay took bytes");
        }

        await receiving.OrFailAsync("all bytes arrived");
        return received;
    }

    private static async Task ReceiveAsync(Socket socket, Memory<byte> into)
    {
        while (!into.IsEmpty)
        {
            var count = await socket.ReceiveAsync(into);
            Assert.NotEqual(0, count);
            into = into[count..];
        }
    }
}
