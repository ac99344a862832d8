using OrleansCompute.Contracts;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Topics;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;
using StoredResult = OrleansCompute.Contracts.Storage.InferenceResult;
using TwinReport = OrleansCompute.Contracts.Devices.DeviceReport;

namespace OrleansCompute.Gateway.Mqtt;

/// <content>
/// Messages: each is decoded before the first await (its bytes are valid until then) and takes its place in its device's order;
/// the acknowledgement follows the durable write.
/// </content>
internal sealed partial class FabricMqttHandler
{
    /// <inheritdoc/>
    public ValueTask<MqttPublishDecision> OnPublishAsync(MqttInboundPublish publish, CancellationToken cancellationToken)
    {
        var principal = (MqttClientPrincipal)publish.Session.Principal!;
        switch (TopicAccess.Publish(principal.Device, publish.Topic))
        {
            case PublishAccess.Ordinary:
                return ValueTask.FromResult(MqttPublishDecision.Forward);
            case PublishAccess.Refused(var reason, var detail):
                return ValueTask.FromResult(Reject(publish, reason, $"topic '{Clean(publish.Topic)}': {detail}"));
            case PublishAccess.FromDevice(var address, var topic):
                return ActAs(principal, publish.Session, address) || principal.Device is not null
                    ? Take(publish, address, topic, principal.ConnectionId, cancellationToken)
                    : ValueTask.FromResult(Reject(publish, RejectReason.QuotaExceeded, "the connection acts as too many devices"));
            default:
                throw new InvalidOperationException("TopicAccess gave a decision that has no case here.");
        }
    }

    private ValueTask<MqttPublishDecision> Take(
        MqttInboundPublish publish, DeviceAddress address, DeviceTopic topic, string connectionId, CancellationToken cancellationToken)
    {
        string? error;
        switch (topic.Channel)
        {
            case DeviceChannel.Telemetry:
                publish.KeepForForwarding = false;
                return TelemetryCodec.TryDecode(publish.Payload, publish.ContentType, out var batch, out error)
                    ? StoreReadingsAsync(publish, address, batch, connectionId, cancellationToken)
                    : ValueTask.FromResult(Reject(publish, RejectReason.BadPayload, error));
            case DeviceChannel.Inference:
                publish.KeepForForwarding = false;
                return InferenceReportCodec.TryDecode(publish.Payload, out var report, out error)
                    ? StoreInferencesAsync(publish, address, report, connectionId, cancellationToken)
                    : ValueTask.FromResult(Reject(publish, RejectReason.BadPayload, error));
            case DeviceChannel.StateReported:
                publish.KeepForForwarding = false;
                return DeviceReportCodec.TryDecode(publish.Payload, out var state, out error)
                    ? ReportAsync(publish, address, DeviceMessages.ToReport(state), connectionId, cancellationToken)
                    : ValueTask.FromResult(Reject(publish, RejectReason.BadPayload, error));
            case DeviceChannel.ModelFetch:
                publish.KeepForForwarding = false;
                return ModelFetchCodec.TryDecode(publish.Payload, out var fetch, out error)
                    ? ServeChunkAsync(publish, address, topic.ModelName!, fetch, cancellationToken)
                    : ValueTask.FromResult(Reject(publish, RejectReason.BadPayload, error));
            case DeviceChannel.Sample:
                return ValueTask.FromResult(
                    HardSampleCodec.TryDecode(publish.Payload, out _, out error)
                        ? PassOn(publish)
                        : Reject(publish, RejectReason.BadPayload, error));
            case DeviceChannel.CommandResult:
                return ValueTask.FromResult(
                    CommandResultCodec.TryDecode(publish.Payload, out _, out error)
                        ? PassOn(publish)
                        : Reject(publish, RejectReason.BadPayload, error));
            default:
                throw new InvalidOperationException($"TopicAccess let the channel {topic.Channel} through, which has no case here.");
        }
    }

    // To whoever subscribes. Not retained: a device could fill the broker's memory with topics of its own making.
    private MqttPublishDecision PassOn(MqttInboundPublish publish) => publish.Retain
        ? Reject(publish, RejectReason.NotAuthorized, $"topic '{Clean(publish.Topic)}': devices do not retain messages here")
        : MqttPublishDecision.Forward;

    private async ValueTask<MqttPublishDecision> StoreReadingsAsync(
        MqttInboundPublish publish, DeviceAddress address, TelemetryBatch batch, string connectionId, CancellationToken cancellationToken)
    {
        var readings = DeviceMessages.ToReadings(batch);
        var session = sessions.Rent(address);
        try
        {
            var place = session.Reserve(readings);
            try
            {
                var stored = await telemetry.AppendReadingsAsync(address.Tenant, address.Device, readings, cancellationToken);
                statistics.Readings(readings.Length, stored);
            }
            catch (Exception error)
            {
                session.Abandon(place);
                return StorageFailed(publish, error);
            }

            // Known readings too: after a crash the store may have what the twin has not.
            session.MarkStored(place, connectionId);
            await session.WaitForRoomAsync(cancellationToken);
            return MqttPublishDecision.Consume;
        }
        finally
        {
            sessions.Return(session);
        }
    }

    private async ValueTask<MqttPublishDecision> StoreInferencesAsync(
        MqttInboundPublish publish, DeviceAddress address, InferenceReport report, string connectionId, CancellationToken cancellationToken)
    {
        StoredResult[] results = DeviceMessages.ToResults(report);
        var session = sessions.Rent(address);
        try
        {
            var stored = await inferences.AppendInferencesAsync(
                address.Tenant, address.Device, report.Model, report.Version, results, cancellationToken);
            statistics.Inferences(results.Length, stored);
            if (stored > 0)
            {
                session.AddInferences(stored, connectionId);
            }

            return MqttPublishDecision.Consume;
        }
        catch (Exception error)
        {
            return StorageFailed(publish, error);
        }
        finally
        {
            sessions.Return(session);
        }
    }

    // A report is not stored on its way: it is acknowledged when the grain has it.
    private async ValueTask<MqttPublishDecision> ReportAsync(
        MqttInboundPublish publish, DeviceAddress address, TwinReport report, string connectionId, CancellationToken cancellationToken)
    {
        var session = sessions.Rent(address);
        try
        {
            await session.ReportAsync(report, connectionId).WaitAsync(cancellationToken);
            return MqttPublishDecision.Consume;
        }
        catch (Exception refused) when (refused is FabricNotFoundException or FabricRefusedException)
        {
            return Reject(publish, RejectReason.BadPayload, refused.Message);
        }
        catch (Exception error)
        {
            return Failed(publish, RejectReason.GrainFailed, error);
        }
        finally
        {
            sessions.Return(session);
        }
    }

    private async ValueTask<MqttPublishDecision> ServeChunkAsync(
        MqttInboundPublish publish, DeviceAddress address, string model, ModelFetch fetch, CancellationToken cancellationToken)
    {
        try
        {
            return await chunks.ServeAsync(address, model, fetch, cancellationToken) is { } problem
                ? Reject(publish, RejectReason.UnknownModel, problem)
                : MqttPublishDecision.Consume;
        }
        catch (Exception error)
        {
            return Failed(publish, RejectReason.GrainFailed, error);
        }
    }

    private MqttPublishDecision StorageFailed(MqttInboundPublish publish, Exception error) => error is FabricRefusedException
        ? Reject(publish, RejectReason.BadPayload, error.Message)
        : Failed(publish, RejectReason.StorageFailed, error);

    // Not the device's fault: 3.1.1 clients are disconnected and send again, MQTT 5 clients are told.
    private MqttPublishDecision Failed(MqttInboundPublish publish, RejectReason reason, Exception error)
    {
        statistics.Rejected(reason);
        if (limiter.ShouldLog($"failed {reason}", out var heldBack))
        {
            LogFailed(error, reason, Clean(publish.Topic), heldBack);
        }

        return MqttPublishDecision.Refuse(MqttReasonCode.UnspecifiedError);
    }

    private MqttPublishDecision Reject(MqttInboundPublish publish, RejectReason reason, string detail)
    {
        statistics.Rejected(reason);
        LogRejected((MqttClientPrincipal)publish.Session.Principal!, publish.Session, reason, detail);
        return MqttPublishDecision.Refuse(reason switch
        {
            RejectReason.NotAuthorized => MqttReasonCode.NotAuthorized,
            RejectReason.MalformedTopic => MqttReasonCode.TopicNameInvalid,
            RejectReason.QuotaExceeded => MqttReasonCode.QuotaExceeded,
            _ => MqttReasonCode.PayloadFormatInvalid,
        });
    }

    private void LogRejected(MqttClientPrincipal principal, MqttSessionInfo session, RejectReason reason, string detail)
    {
        var source = principal.Device?.Key ?? session.RemoteEndPoint.ToString() ?? "unknown";
        if (limiter.ShouldLog($"reject {source}", out var heldBack))
        {
            WriteRejected(source, reason, detail, heldBack);
        }
    }
}
