using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// The one place where MQTT becomes grain calls: who may connect, publish and subscribe, and what becomes of a message. Thread-safe.
/// </summary>
/// <remarks>
/// User name <c>tenant/device</c>, password as provisioned. The client id is <c>tenant/device</c> (as agents have it), that and a
/// slash and anything, <c>tenant.device</c>, or an id without dots and slashes that no other device has used: <see cref="ClientIdRule"/>.
/// </remarks>
internal sealed partial class FabricMqttHandler : IMqttBrokerHandler
{
    private const int MaxUserNameLength = 2 * FabricNames.MaxLength + 1;
    private const int MaxPasswordBytes = 256;
    private const string AnonymousOwner = "a client without credentials";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IGrainFactory grains;
    private readonly ITelemetryStore telemetry;
    private readonly IInferenceStore inferences;
    private readonly ModelChunkServer chunks;
    private readonly DeviceSessions sessions;
    private readonly GatewayStatistics statistics;
    private readonly RejectionLimiter limiter;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly bool allowAnonymous;
    private readonly ClientIdOwners clientIds = new();
    private readonly string run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private long connectionNumber;

    public FabricMqttHandler(
        IGrainFactory grains,
        ITelemetryStore telemetry,
        IInferenceStore inferences,
        ModelChunkServer chunks,
        DeviceSessions sessions,
        DeviceSessionContext shared,
        bool allowAnonymous)
    {
        this.grains = grains;
        this.telemetry = telemetry;
        this.inferences = inferences;
        this.chunks = chunks;
        this.sessions = sessions;
        this.allowAnonymous = allowAnonymous;
        (statistics, limiter, clock, logger) = (shared.Statistics, shared.Limiter, shared.Clock, shared.Logger);
    }

    /// <inheritdoc/>
    public async ValueTask<MqttConnectDecision> OnConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken)
    {
        MqttConnectDecision decision;
        try
        {
            decision = await DecideAsync(request, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogAuthenticationFailed(error, request.RemoteEndPoint);
            decision = MqttConnectDecision.Refuse(
                MqttReasonCode.ServerUnavailable, "The fabric cannot check the credentials now; try again in some seconds.");
        }

        if (decision.Reason == MqttReasonCode.Success)
        {
            statistics.Accepted();
            return decision;
        }

        statistics.Refused();
        var source = (request.RemoteEndPoint as System.Net.IPEndPoint)?.Address.ToString() ?? "unknown";
        if (limiter.ShouldLog($"connect {source}", out var heldBack))
        {
            LogConnectRefused(source, Clean(request.UserName), decision.Text, heldBack);
        }

        return decision;
    }

    /// <inheritdoc/>
    public MqttSubscribeDecision OnSubscribe(MqttSubscribeRequest request)
    {
        var principal = (MqttClientPrincipal)request.Session.Principal!;
        var filter = request.Subscription.Filter;
        if (!TopicAccess.MaySubscribe(principal.Device, filter))
        {
            statistics.Rejected(RejectReason.NotAuthorized);
            LogRejected(principal, request.Session, RejectReason.NotAuthorized,
                $"the filter '{Clean(filter)}' is not under the device's own topics");
            return MqttSubscribeDecision.Refuse(MqttReasonCode.NotAuthorized);
        }

        if (principal.Device is null && TopicAccess.DeviceOfFilter(filter) is { } acted)
        {
            ActAs(principal, request.Session, acted);
        }

        return MqttSubscribeDecision.Allow();
    }

    /// <inheritdoc/>
    public void OnConnected(MqttSessionInfo session)
    {
        statistics.Connected();
        var principal = (MqttClientPrincipal)session.Principal!;
        if (principal.Device is { } device)
        {
            ActAs(principal, session, device);
        }
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttSessionInfo session, MqttDisconnectCause cause)
    {
        statistics.Disconnected();
        var principal = (MqttClientPrincipal)session.Principal!;
        foreach (var device in principal.End())
        {
            var deviceSession = sessions.Rent(device);
            deviceSession.Detach(principal.ConnectionId, Sentence(cause), () =>
            {
                // Once for this call, once for the attach that it ends.
                sessions.Return(deviceSession);
                sessions.Return(deviceSession);
            });
        }
    }

    private async ValueTask<MqttConnectDecision> DecideAsync(MqttConnectRequest request, CancellationToken cancellationToken)
    {
        DeviceAddress? device = null;
        if (request.UserName is not null)
        {
            device = await AuthenticateAsync(request, cancellationToken);
            if (device is null)
            {
                return MqttConnectDecision.Refuse(
                    MqttReasonCode.BadUserNameOrPassword,
                    "User name or password is wrong; allowed: user name 'tenant/device' and the password from provisioning.");
            }
        }
        else if (!allowAnonymous)
        {
            return MqttConnectDecision.Refuse(
                MqttReasonCode.NotAuthorized,
                "Credentials are missing; send user name 'tenant/device' and the password from provisioning.");
        }

        if (device is { } known && ClientIdRule.Explain(request.ClientId, known.Tenant, known.Device) is { } foreign)
        {
            return MqttConnectDecision.Refuse(MqttReasonCode.ClientIdentifierNotValid, foreign);
        }

        if (request.WillTopic is { } will && !TopicAccess.MayLeaveWill(device, will))
        {
            return MqttConnectDecision.Refuse(MqttReasonCode.NotAuthorized, "The will's topic is not allowed for this client.");
        }

        return clientIds.Claim(request.ClientId, device?.Key ?? AnonymousOwner) is { } taken
            ? MqttConnectDecision.Refuse(MqttReasonCode.ClientIdentifierNotValid, taken)
            : MqttConnectDecision.Accept(new MqttClientPrincipal(NextConnectionId(), device));
    }

    // Names are checked before a grain is called: a stranger must not make up grain keys.
    private async ValueTask<DeviceAddress?> AuthenticateAsync(MqttConnectRequest request, CancellationToken cancellationToken)
    {
        var userName = request.UserName!;
        if (userName.Length > MaxUserNameLength || userName.Split('/') is not [var tenant, var device]
            || FabricNames.Explain("tenant", tenant) is not null || FabricNames.Explain("device", device) is not null
            || request.Password.Length is 0 or > MaxPasswordBytes)
        {
            return null;
        }

        string secret;
        try
        {
            secret = StrictUtf8.GetString(request.Password.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        var address = new DeviceAddress(tenant, device);
        return await grains.GetGrain<IDeviceGrain>(address.Key).Authenticate(secret).WaitAsync(cancellationToken) ? address : null;
    }

    private bool ActAs(MqttClientPrincipal principal, MqttSessionInfo session, DeviceAddress device)
    {
        switch (principal.ActAs(device))
        {
            case MqttClientPrincipal.ActResult.First:
                // Returned when the connection is gone and its detach is done.
                sessions.Rent(device).Attach(new DeviceConnection
                {
                    ConnectionId = principal.ConnectionId,
                    RemoteEndpoint = session.RemoteEndPoint.ToString() ?? "unknown",
                    Protocol = session.ProtocolVersion == MqttProtocolVersion.V500 ? "5.0" : "3.1.1",
                    Since = clock.GetUtcNow(),
                });
                return true;
            case MqttClientPrincipal.ActResult.Known:
                return true;
            default:
                return false;
        }
    }

    private string NextConnectionId() =>
        string.Create(CultureInfo.InvariantCulture, $"{run}-{Interlocked.Increment(ref connectionNumber)}");

    private static string Sentence(MqttDisconnectCause cause) => cause switch
    {
        MqttDisconnectCause.ClientDisconnected => "The device said goodbye.",
        MqttDisconnectCause.ConnectionLost => "The connection was lost.",
        MqttDisconnectCause.KeepAliveTimeout => "The device was silent for too long.",
        MqttDisconnectCause.TakenOver => "A newer connection took over.",
        MqttDisconnectCause.ProtocolError => "The device broke the protocol.",
        MqttDisconnectCause.PublishRefused => "A message was refused; the device is to send it again.",
        MqttDisconnectCause.ServerStopping => "The gateway stopped.",
        _ => $"The connection ended: {cause}.",
    };

    // What strangers send goes into logs: short, and without line breaks.
    private static string? Clean(string? text) => text is null ? null
        : string.Concat(text.Take(120).Select(c => char.IsControl(c) ? '?' : c));
}
