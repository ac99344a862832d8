using Microsoft.Extensions.Logging;

namespace OrleansCompute.Gateway.Mqtt;

internal sealed partial class DeviceSession
{
    private void LogPumpFailed(Exception error, string device) => WritePumpFailed(context.Logger, error, device);

    private void LogCallFailed(Exception error, string what, string device, int attempt)
    {
        if (context.Limiter.ShouldLog($"call {device}", out var heldBack))
        {
            WriteCallFailed(context.Logger, error, what, device, attempt, heldBack);
        }
    }

    private void LogRefused(string what, string device, string reason)
    {
        if (context.Limiter.ShouldLog($"refused {device}", out var heldBack))
        {
            WriteRefused(context.Logger, what, device, reason, heldBack);
        }
    }

    private void LogOfferUnsound(Exception error, string model, int version, string device) =>
        WriteOfferUnsound(context.Logger, error, model, version, device);

    [LoggerMessage(4110, LogLevel.Error, "Work for device {Device} failed.")]
    private static partial void WritePumpFailed(ILogger logger, Exception error, string device);

    [LoggerMessage(
        4111, LogLevel.Warning, "The grain of device {Device} did not take {What} at attempt {Attempt} ({HeldBack} like this not logged).")]
    private static partial void WriteCallFailed(ILogger logger, Exception error, string what, string device, int attempt, long heldBack);

    [LoggerMessage(4112, LogLevel.Warning, "The grain of device {Device} refused {What}: {Reason} ({HeldBack} like this not logged)")]
    private static partial void WriteRefused(ILogger logger, string what, string device, string reason, long heldBack);

    [LoggerMessage(4113, LogLevel.Error, "Version {Version} of model {Model} cannot be offered to device {Device}.")]
    private static partial void WriteOfferUnsound(ILogger logger, Exception error, string model, int version, string device);
}
