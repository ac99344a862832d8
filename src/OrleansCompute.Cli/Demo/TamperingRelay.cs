using System.Net;
using System.Net.Sockets;

namespace OrleansCompute.Cli.Demo;

/// <summary>
/// A man in the middle between one agent and the broker: hands every byte on as it is, until it is armed with pieces of a model; then
/// it flips one bit of the first piece that comes by, and is honest again.
/// </summary>
internal sealed class TamperingRelay : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _broker;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private IReadOnlyList<byte[]> _pieces = [];
    private int _flips;

    private TamperingRelay(IPEndPoint broker)
    {
        _broker = broker;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Port that the agent is told.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bits flipped so far.</summary>
    public int Flips => Volatile.Read(ref _flips);

    public static TamperingRelay Start(IPEndPoint broker) => new(broker);

    /// <summary>Flips one bit of the first of these byte sequences that passes towards the agent.</summary>
    public void Arm(IReadOnlyList<byte[]> pieces)
    {
        lock (_gate)
        {
            _pieces = pieces;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var agent = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_gate)
                {
                    _connections.RemoveAll(connection => connection.IsCompleted);
                    _connections.Add(RelayAsync(agent));
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The relay is stopped.
        }
    }

    private async Task RelayAsync(Socket agent)
    {
        using var agentSocket = agent;
        using var brokerSocket = new Socket(_broker.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        agentSocket.NoDelay = true;
        try
        {
            await brokerSocket.ConnectAsync(_broker, _stop.Token);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(
                CopyAsync(agentSocket, brokerSocket, tamper: false, either.Token), CopyAsync(brokerSocket, agentSocket, tamper: true, either.Token));
            await either.CancelAsync();
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // One end is gone: the other is closed, and the agent connects again.
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool tamper, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
            {
                if (tamper)
                {
                    Tamper(buffer.AsSpan(0, count));
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
    }

    private void Tamper(Span<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var piece in _pieces)
            {
                var at = bytes.IndexOf(piece);
                if (at >= 0)
                {
                    bytes[at] ^= 1;
                    _pieces = [];
                    Interlocked.Increment(ref _flips);
                    return;
                }
            }
        }
    }
}
