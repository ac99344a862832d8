using OrleansCompute.Mqtt.Codec;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Transport;

/// <summary>
/// The one writer of a connection. Control packets are appended to a buffer, messages are pulled from the source, and whatever is
/// there when the stream is free goes out in one write. While nothing is to be sent there is no task, no thread and no buffer.
/// Thread-safe.
/// </summary>
internal sealed class OutboundWriter(Stream stream, IOutboundSource source) : IThreadPoolWorkItem
{
    /// <summary>One write takes about this much: enough to amortise a system call, small enough to stay in the cache.</summary>
    private const int BatchBytes = 64 * 1_024;

    /// <summary>Above this many unsent control bytes the reader waits, so that a peer which never reads cannot fill the memory.</summary>
    private const int ControlLimitBytes = 256 * 1_024;

    private readonly Lock _gate = new();
    private PacketBuffer _control = new();
    private PacketBuffer _batch = new();
    private TaskCompletionSource? _idle;
    private bool _active;
    private bool _signalled;
    private bool _failed;

    /// <summary>The protocol level of what is written; set once CONNECT is known.</summary>
    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V500;

    /// <summary>Whether the peer takes its packets too slowly to be read from.</summary>
    public bool IsCongested
    {
        get
        {
            lock (_gate)
            {
                return _control.Length > ControlLimitBytes && !_failed;
            }
        }
    }

    /// <summary>Appends an acknowledgement; <see cref="Flush"/> or <see cref="Signal"/> sends it.</summary>
    public void AppendAck(MqttPacketType type, ushort id, MqttReasonCode reason, MqttProperties? properties = null)
    {
        lock (_gate)
        {
            if (!_failed)
            {
                MqttEncoder.WriteAck(_control, type, id, reason, properties, Version);
            }
        }
    }

    /// <summary>Appends a control packet; <see cref="Flush"/> or <see cref="Signal"/> sends it.</summary>
    public void Append(MqttPacket packet)
    {
        lock (_gate)
        {
            if (!_failed)
            {
                MqttEncoder.Write(_control, packet, Version);
            }
        }
    }

    /// <summary>Sends on a pool thread: for callers that must not wait for a system call.</summary>
    public void Signal()
    {
        if (Start())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Sends on this thread as far as the stream takes it at once.</summary>
    public void Flush()
    {
        if (Start())
        {
            _ = DrainAsync();
        }
    }

    /// <summary>Completes when everything has been written, or writing has failed.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _active
                ? (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = DrainAsync();

    private bool Start()
    {
        lock (_gate)
        {
            if (_failed)
            {
                return false;
            }

            _signalled = true;
            if (_active)
            {
                return false;
            }

            return _active = true;
        }
    }

    private async Task DrainAsync()
    {
        try
        {
            while (TakeControl())
            {
                while (_batch.Length < BatchBytes && source.TryWriteNext(_batch))
                {
                }

                if (_batch.Length > 0)
                {
                    await stream.WriteAsync(_batch.Written);
                    if (_batch.Length >= BatchBytes)
                    {
                        // The source may have more: look again without waiting for a signal.
                        lock (_gate)
                        {
                            _signalled = true;
                        }
                    }

                    _batch.Truncate(0);
                }
            }
        }
        catch (Exception error)
        {
            // Whatever it is, a broken socket or an error of ours, it ends this connection; the source logs it.
            Fail();
            source.OnWriteFailed(error);
        }
    }

    /// <summary>Swaps the control bytes into the batch; false, and inactive, when nobody signalled since the last round.</summary>
    private bool TakeControl()
    {
        lock (_gate)
        {
            // Unsignalled bytes may be there: their writer has appended them and is about to signal.
            if (!_signalled && _control.Length == 0)
            {
                _active = false;
                _control.Release();
                _batch.Release();
                _idle?.TrySetResult();
                _idle = null;
                return false;
            }

            _signalled = false;
            (_control, _batch) = (_batch, _control);
            return true;
        }
    }

    private void Fail()
    {
        lock (_gate)
        {
            _failed = true;
            _active = false;
            _control.Release();
            _batch.Release();
            _idle?.TrySetResult();
            _idle = null;
        }
    }
}
