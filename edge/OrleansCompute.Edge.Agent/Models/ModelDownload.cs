using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Models;

/// <summary>
/// Fetches one package in pieces, several asked for at once, and writes them in order, so that the length of the file is where to
/// go on after an interruption. Pieces that nobody asked for, or of the wrong length, are ignored; missing ones are asked for again.
/// </summary>
internal sealed partial class ModelDownload(
    ModelOffer offer, string partPath, IAgentConnection connection,
    string fetchTopic, int window, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    private readonly ILogger _logger = logger;
    private readonly Channel<ModelChunk> _chunks = Channel.CreateBounded<ModelChunk>(
        new BoundedChannelOptions(4 * window) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>What is fetched.</summary>
    public ModelOffer Offer => offer;

    /// <summary>Where the pieces were put that had arrived before this run began; 0 for a new download.</summary>
    public long ResumedAt { get; private set; }

    /// <summary>Takes a piece as it arrives; does not wait. One too many is dropped and asked for again.</summary>
    public void OnChunk(ModelChunk chunk)
    {
        if (chunk.Issue == offer.Issue && chunk.Version == offer.Version)
        {
            _chunks.Writer.TryWrite(chunk);
        }
    }

    /// <summary>Completes when the file has the offered length.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var file = new FileStream(partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        await using (file)
        {
            var received = file.Length >= offer.SizeBytes ? offer.SizeBytes : file.Length / offer.ChunkBytes * offer.ChunkBytes;
            file.SetLength(received);
            file.Position = ResumedAt = received;
            var ahead = new Dictionary<long, ReadOnlyMemory<byte>>();
            for (var asked = received; received < offer.SizeBytes;)
            {
                for (; asked < offer.SizeBytes && asked - received < (long)window * offer.ChunkBytes; asked += LengthAt(asked))
                {
                    Ask(asked, cancellationToken);
                }

                if (await NextAsync(cancellationToken) is not { } chunk)
                {
                    LogStalled(offer.Name, offer.Version, received, offer.SizeBytes, timeout);
                    await connection.WhenConnectedAsync(cancellationToken);
                    asked = received;
                    continue;
                }

                if (chunk.Offset >= received && chunk.Offset < asked && chunk.Offset % offer.ChunkBytes == 0
                    && chunk.TotalBytes == offer.SizeBytes && chunk.Data.Length == LengthAt(chunk.Offset))
                {
                    ahead[chunk.Offset] = chunk.Data;
                }

                for (; ahead.Remove(received, out var data); received += data.Length)
                {
                    await file.WriteAsync(data, cancellationToken);
                }
            }

            file.Flush(flushToDisk: true);
        }
    }

    private int LengthAt(long offset) => (int)Math.Min(offer.ChunkBytes, offer.SizeBytes - offset);

    private async Task<ModelChunk?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _chunks.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(timeout, time, cancellationToken);
            return _chunks.Reader.TryRead(out var chunk) ? chunk : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    // Not awaited: the answer is the piece itself, and a request that got lost is repeated when no piece comes.
    private void Ask(long offset, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>(64);
        ModelFetchCodec.Encode(output, new ModelFetch(offer.Version, offer.Issue, offset, LengthAt(offset)));
        _ = PublishAsync(output.WrittenMemory, offset, cancellationToken);
    }

    private async Task PublishAsync(ReadOnlyMemory<byte> payload, long offset, CancellationToken cancellationToken)
    {
        try
        {
            await connection.PublishAsync(fetchTopic, payload, cancellationToken);
        }
        catch (AgentConnectionException error)
        {
            LogAskFailed(offer.Name, offset, error.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Superseded by a newer offer, or the agent stops.
        }
    }
}
