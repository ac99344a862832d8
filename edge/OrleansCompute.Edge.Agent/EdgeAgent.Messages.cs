using System.Buffers;
using System.Text.Json;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Agent.Models;
using OrleansCompute.Edge.Agent.Reporting;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Topics;

namespace OrleansCompute.Edge.Agent;

/// <summary>What arrives from the fabric. A bad message is logged and changes nothing.</summary>
public sealed partial class EdgeAgent
{
    private ModelUpdater? _updater;
    private IAgentConnection? _connection;
    private AgentStatus? _status;
    private long _desiredRevision;

    private ValueTask HandleAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (!DeviceTopic.TryParse(topic, out var parsed, out var reason))
        {
            LogBadMessage(topic, reason);
            return ValueTask.CompletedTask;
        }

        if (parsed.Tenant != _options.Tenant || parsed.Device != _options.Device)
        {
            LogBadMessage(topic, $"it is not for '{_options.UserName}'");
            return ValueTask.CompletedTask;
        }

        var bytes = new ReadOnlySequence<byte>(payload);
        string? error = null;
        switch (parsed.Channel)
        {
            case DeviceChannel.ModelOffer when ModelOfferCodec.TryDecode(bytes, out var offer, out error):
                _updater!.OnOffer(parsed.ModelName!, offer);
                break;
            case DeviceChannel.ModelOffer:
                _status!.Transition(UpdateState.Refused, issue: 0, error!);
                break;
            case DeviceChannel.ModelChunk when ModelChunkCodec.TryDecode(bytes, out var chunk, out error):
                _updater!.OnChunk(parsed.ModelName!, chunk);
                break;
            case DeviceChannel.StateDesired when DesiredStateCodec.TryDecode(bytes, out var desired, out error):
                OnDesired(desired);
                break;
            case DeviceChannel.Command when CommandRequestCodec.TryDecode(bytes, out var request, out error):
                Answer(parsed.CommandId!, request, cancellationToken);
                break;
            default:
                error ??= "the fabric does not publish there";
                break;
        }

        if (error is not null)
        {
            LogBadMessage(topic, error);
        }

        return ValueTask.CompletedTask;
    }

    private void OnDesired(DesiredState desired)
    {
        if (desired.Revision > _desiredRevision)
        {
            _desiredRevision = desired.Revision;
            LogDesired(desired.Revision, desired.ModelName ?? "", desired.ModelVersion);

            // The fabric compares this with what it wants, and offers the model that is missing.
            _status!.Repeat();
        }
    }

    private void Answer(string id, CommandRequest request, CancellationToken cancellationToken)
    {
        var result = request.Name switch
        {
            _ when request.Id != id => Result(CommandStatus.Refused, $"the topic has the id '{id}'"),
            "ping" => Result(CommandStatus.Succeeded, Version()),
            "report" => Result(CommandStatus.Succeeded, Describe(_status!.Snapshot())),
            _ => Result(CommandStatus.Refused, $"'{request.Name}' is unknown; allowed: ping, report"),
        };
        var output = new ArrayBufferWriter<byte>();
        CommandResultCodec.Encode(output, result);
        var topic = DeviceTopics.CommandResult(_options.Tenant, _options.Device, id);

        // Not awaited by the reader of messages: the acknowledgement may come only after the next message is read.
        _ = PublishResultAsync(topic, output.WrittenMemory, cancellationToken);

        CommandResult Result(CommandStatus status, string text) => new() { Id = id, Status = status, Output = text };
    }

    private async Task PublishResultAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            await _connection!.PublishAsync(topic, payload, cancellationToken);
        }
        catch (AgentConnectionException error)
        {
            LogBadMessage(topic, error.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private static string Describe(DeviceReport report) => JsonSerializer.Serialize(report, JsonSerializerOptions.Web);
}
