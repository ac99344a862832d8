using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Mqtt.Tests.Client;

/// <summary>
/// Stands between a client and its broker: records what the client sends, loses the broker's packets that the test names, cuts
/// connections and refuses new ones. Thread-safe.
/// </summary>
internal sealed class PacketRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _brokerPort;
    private readonly MqttProtocolVersion _version;
    private readonly Lock _gate = new();
    private readonly List<List<MqttPacket>> _connections = [];
    private readonly List<TcpClient> _open = [];
    private CancellationTokenSource _cut = new();
    private readonly List<Task> _running = [];
    private readonly Task _accepting;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PacketRelay(int brokerPort, MqttProtocolVersion version)
    {
        (_brokerPort, _version) = (brokerPort, version);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Packets of the broker that get lost on their way to the client. Default: none.</summary>
    public volatile Func<MqttPacketType, bool> Loses = _ => false;

    /// <summary>Whether connections are closed as soon as they are made.</summary>
    public volatile bool Refuses;

    /// <summary>How many connections the client has had.</summary>
    public int ConnectionCount => Locked(() => _connections.Count);

    /// <summary>What the client has sent on one of its connections, from 0.</summary>
    public IReadOnlyList<T> Sent<T>(int connection)
        where T : MqttPacket => Locked(() => connection < _connections.Count ? [.. _connections[connection].OfType<T>()] : new List<T>());

    /// <summary>Completes when the client has sent so many packets of the type on a connection.</summary>
    public async Task WhenSentAsync<T>(int connection, int count, Func<T, bool>? which = null)
        where T : MqttPacket
    {
        while (true)
        {
            var changed = Locked(() => _changed.Task);
            if (Sent<T>(connection).Count(which ?? (_ => true)) >= count)
            {
                return;
            }

            await changed.OrFailAsync($"{count} packets of {typeof(T).Name} on connection {connection}");
        }
    }

    /// <summary>Ends all connections without a word: nothing of the broker gets through on them any more.</summary>
    /// <param name="losesNothingAfter">Whether <see cref="Loses"/> ends with them; a packet on its way does not slip through in between.</param>
    public void Cut(bool losesNothingAfter = false) => Locked(() =>
    {
        _cut.Cancel();
        _cut = new CancellationTokenSource();
        Loses = losesNothingAfter ? _ => false : Loses;
        _open.ForEach(socket => socket.Dispose());
        _open.Clear();
        return 0;
    });

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        await _accepting;
        await Task.WhenAll(Locked(() => _running.ToArray()));
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            if (Refuses)
            {
                client.Dispose();
                continue;
            }

            var broker = new TcpClient { NoDelay = true };
            await broker.ConnectAsync(IPAddress.Loopback, _brokerPort);
            Locked(() =>
            {
                var packets = new List<MqttPacket>();
                _connections.Add(packets);
                _open.AddRange([client, broker]);
                _running.Add(PumpAsync(client, broker, frame => Record(packets, frame)));
                var cut = _cut.Token;
                _running.Add(PumpAsync(broker, client, frame => !Loses(frame.Type) && !cut.IsCancellationRequested));
                return 0;
            });
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to, Func<MqttFrame, bool> passes)
    {
        // Not within the caller's lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var reader = PipeReader.Create(from.GetStream());
            var target = to.GetStream();
            while (true)
            {
                var result = await reader.ReadAsync();
                var rest = result.Buffer;
                for (var start = rest.Start; MqttFrame.TryCut(ref rest, int.MaxValue, out var frame); start = rest.Start)
                {
                    if (passes(frame))
                    {
                        await target.WriteAsync(result.Buffer.Slice(start, rest.Start).ToArray());
                    }
                }

                reader.AdvanceTo(rest.Start, rest.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }

    private bool Record(List<MqttPacket> packets, MqttFrame frame)
    {
        var packet = MqttDecoder.Decode(frame, _version);
        return Locked(() =>
        {
            packets.Add(packet is PublishPacket publish ? PacketCopy.Detach(publish) : packet);
            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
            return true;
        });
    }

    private T Locked<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }
}
