using System.IO.Pipelines;
using System.Net.Sockets;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests;

/// <summary>A socket that sends exactly the packets or bytes that the test wants, right or wrong.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient _socket;
    private readonly PipeReader _reader;

    private RawClient(TcpClient socket, MqttProtocolVersion version)
    {
        _socket = socket;
        _reader = PipeReader.Create(socket.GetStream());
        Version = version;
    }

    public MqttProtocolVersion Version { get; }

    public static async Task<RawClient> OpenAsync(int port, MqttProtocolVersion version)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        return new RawClient(socket, version);
    }

    public async Task SendAsync(params MqttPacket[] packets)
    {
        var buffer = new PacketBuffer();
        foreach (var packet in packets)
        {
            MqttEncoder.Write(buffer, packet, Version);
        }

        await SendBytesAsync(buffer.Written);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await _socket.GetStream().WriteAsync(bytes);

    /// <summary>The next packet (a publish with its own payload), or null when the broker has closed the connection.</summary>
    public Task<MqttPacket?> ReadAsync() => ReadCoreAsync().OrFailAsync("another packet, or the end of the connection");

    public async Task<T> ReadAsync<T>()
        where T : MqttPacket => Assert.IsType<T>(await ReadAsync());

    /// <summary>Closes without DISCONNECT.</summary>
    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        _socket.Dispose();
    }

    private async Task<MqttPacket?> ReadCoreAsync()
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await _reader.ReadAsync();
            }
            catch (IOException)
            {
                return null;
            }

            var buffer = result.Buffer;
            if (MqttFrame.TryCut(ref buffer, int.MaxValue, out var frame))
            {
                var packet = MqttDecoder.Decode(frame, Version);
                if (packet is PublishPacket publish)
                {
                    packet = PacketCopy.Detach(publish);
                }

                _reader.AdvanceTo(buffer.Start);
                return packet;
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }
}
