using System.Buffers;
using System.Collections.Concurrent;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Topics;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>Reads pieces of models from the artifact store and publishes them to the device that asked. Thread-safe.</summary>
internal sealed class ModelChunkServer(
    IGrainFactory grains, IArtifactStore artifacts, IMqttPublisher publisher, GatewayStatistics statistics, int maxConcurrent) : IDisposable
{
    // About 200 bytes each; a fleet runs a few versions at a time.
    private const int MaxCachedVersions = 4096;

    private readonly SemaphoreSlim slots = new(maxConcurrent);
    private readonly ConcurrentDictionary<(string Tenant, string Model, int Version), (string Sha256, long SizeBytes)> versions = new();

    /// <summary>Publishes the piece.</summary>
    /// <returns>Null, or why there is no such piece.</returns>
    public async Task<string?> ServeAsync(DeviceAddress address, string model, ModelFetch fetch, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            var (sha256, size) = await FindAsync(address.Tenant, model, fetch.Version);
            if (fetch.Offset >= size)
            {
                return $"offset is {fetch.Offset}; allowed: 0 to {size - 1}, "
                    + $"for version {fetch.Version} of model '{model}' has {size} bytes.";
            }

            var data = new byte[(int)Math.Min(fetch.Length, size - fetch.Offset)];
            await using (var file = artifacts.OpenRead(sha256))
            {
                file.Position = fetch.Offset;
                await file.ReadExactlyAsync(data, cancellationToken);
            }

            await PublishAsync(address, model, fetch, size, data, cancellationToken);
            return null;
        }
        catch (Exception refused) when (refused is FabricNotFoundException or FabricRefusedException)
        {
            return refused.Message;
        }
        finally
        {
            slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private async Task<(string Sha256, long SizeBytes)> FindAsync(string tenant, string model, int version)
    {
        if (versions.TryGetValue((tenant, model, version), out var known))
        {
            return known;
        }

        var found = await grains.GetGrain<IModelGrain>(FabricKey.Of(tenant, model)).Get(version);
        if (versions.Count >= MaxCachedVersions)
        {
            versions.Clear();
        }

        // Kept under the number that it has, not the one that was asked for: 0 means the newest and changes.
        return versions[(tenant, model, found.Version)] = (found.Sha256, found.SizeBytes);
    }

    private async Task PublishAsync(
        DeviceAddress address, string model, ModelFetch fetch, long size, byte[] data, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>(data.Length + 64);
        ModelChunkCodec.Encode(
            bytes,
            new ModelChunk { Version = fetch.Version, Issue = fetch.Issue, Offset = fetch.Offset, TotalBytes = size, Data = data });
        var outcome = await publisher.PublishAsync(
            new MqttMessage
            {
                Topic = DeviceTopics.ModelChunk(address.Tenant, address.Device, model),
                Payload = bytes.WrittenMemory,
                QoS = MqttQualityOfService.AtLeastOnce,
            },
            cancellationToken);
        if (outcome.QueuedSessions > 0)
        {
            statistics.ChunkSent(data.Length);
        }
        else
        {
            statistics.Rejected(RejectReason.NotDelivered);
        }
    }
}
