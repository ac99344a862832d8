using Microsoft.Extensions.Logging;
using Orleans;
using OrleansCompute.Contracts.Models;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>What all device sessions share.</summary>
internal sealed record DeviceSessionContext(
    IGrainFactory Grains,
    IMqttPublisher Publisher,
    IModelSigner Signer,
    GatewayStatistics Statistics,
    RejectionLimiter Limiter,
    TimeProvider Clock,
    ILogger Logger,
    int MaxBacklogReadings,
    CancellationToken Stopping);
