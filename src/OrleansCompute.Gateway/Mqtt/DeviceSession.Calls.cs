using System.Buffers;
using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Topics;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Gateway.Mqtt;

/// <content>The calls to the grain; run by the pump, one at a time.</content>
internal sealed partial class DeviceSession
{
    // 0.5 s, doubled to 30 s: about a minute and a half, in which a failed silo's grains are active elsewhere.
    private const int MaxAttempts = 8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private async Task AttachAsync(AttachedConnection connection)
    {
        current = connection;
        connection.Reference ??= context.Grains.CreateObjectReference<IDeviceLink>(connection.Link);
        DesiredModel? desired = null;
        if (await TryOftenAsync("attach", async () => desired = await Grain.Attach(connection.Reference, connection.Connection))
            && desired is not null)
        {
            await OfferAsync(desired);
        }
    }

    private async Task DetachAsync(string connectionId, string cause, Action onDone)
    {
        AttachedConnection? connection;
        lock (gate)
        {
            connections.Remove(connectionId, out connection);
        }

        try
        {
            await TryOftenAsync("detach", () => Grain.Detach(connectionId, cause));
        }
        finally
        {
            if (connection?.Reference is not null)
            {
                context.Grains.DeleteObjectReference<IDeviceLink>(connection.Reference);
            }

            current = ReferenceEquals(current, connection) ? null : current;
            onDone();
        }
    }

    private async Task RecordReadingsAsync(ImmutableArray<Reading> readings, string connectionId)
    {
        var known = true;
        if (await TryOftenAsync("readings", async () => known = await Grain.RecordReadings(connectionId, readings)))
        {
            context.Statistics.TwinUpdated();
            await AttachAgainUnlessAsync(known, connectionId);
        }
        else
        {
            context.Statistics.Rejected(RejectReason.TwinSkipped, readings.Length);
        }
    }

    // Once only: a call that timed out may have counted, and a count is no set. The store has the truth.
    private async Task RecordInferencesAsync(int count, string connectionId)
    {
        try
        {
            await AttachAgainUnlessAsync(await Grain.RecordInferences(connectionId, count), connectionId);
        }
        catch (Exception error)
        {
            context.Statistics.TwinFailed();
            context.Statistics.Rejected(RejectReason.TwinSkipped, count);
            LogCallFailed(error, "inferences", Address.Key, 1);
        }
    }

    private async Task AttachAgainUnlessAsync(bool known, string connectionId)
    {
        if (!known && current is { } connection && connection.Connection.ConnectionId == connectionId)
        {
            await AttachAsync(connection);
        }
    }

    private async Task OfferAsync(DesiredModel model)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        string topic;
        try
        {
            ModelOfferCodec.Encode(bytes, DeviceMessages.ToOffer(Address.Tenant, model, context.Signer));
            topic = DeviceTopics.ModelOffer(Address.Tenant, Address.Device, model.Name);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            LogOfferUnsound(error, model.Name, model.Version, Address.Key);
            context.Statistics.Rejected(RejectReason.NotDelivered);
            return;
        }

        await context.Publisher.PublishAsync(
            new MqttMessage { Topic = topic, Payload = bytes.WrittenMemory, QoS = MqttQualityOfService.AtLeastOnce, Retain = true },
            CancellationToken.None);
        context.Statistics.OfferSent();
    }

    // False where the grain refused, or did not answer in all attempts.
    private async Task<bool> TryOftenAsync(string what, Func<Task> call)
    {
        var delay = FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await call();
                return true;
            }
            catch (Exception refused) when (refused is FabricNotFoundException or FabricRefusedException)
            {
                LogRefused(what, Address.Key, refused.Message);
                return false;
            }
            catch (Exception error)
            {
                context.Statistics.TwinFailed();
                LogCallFailed(error, what, Address.Key, attempt);
                if (attempt == MaxAttempts || context.Stopping.IsCancellationRequested)
                {
                    return false;
                }
            }

            await Task.Delay(delay, context.Clock, context.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }
}
