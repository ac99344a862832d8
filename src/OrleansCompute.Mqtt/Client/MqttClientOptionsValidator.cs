using Microsoft.Extensions.Options;
using OrleansCompute.Mqtt.Packets;
using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Client;

/// <summary>Checks all of <see cref="MqttClientOptions"/> at once. Thread-safe.</summary>
public sealed class MqttClientOptionsValidator : IValidateOptions<MqttClientOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MqttClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        Check(nameof(options.Port), options.Port, 1, 65_535);
        Check("KeepAlive in seconds", options.KeepAlive.TotalSeconds, 0, 65_535);
        Check("SessionExpiry in seconds", options.SessionExpiry.TotalSeconds, 0, uint.MaxValue);
        Check("WillDelay in seconds", options.WillDelay.TotalSeconds, 0, uint.MaxValue);
        Check(nameof(options.ReceiveMaximum), options.ReceiveMaximum, 1, 65_535);
        Check(nameof(options.MaximumPacketSizeBytes), options.MaximumPacketSizeBytes, 128, 268_435_460);
        Check(nameof(options.MaximumPendingPublishes), options.MaximumPendingPublishes, 1, 1_000_000);
        Check("ConnectTimeout in seconds", options.ConnectTimeout.TotalSeconds, 0.1, 300);
        Check("ReconnectMinimumDelay in seconds", options.ReconnectMinimumDelay.TotalSeconds, 0.001, 3_600);
        Check("ReconnectMaximumDelay in seconds", options.ReconnectMaximumDelay.TotalSeconds,
            options.ReconnectMinimumDelay.TotalSeconds, 86_400);
        if (string.IsNullOrWhiteSpace(options.Host))
        {
            errors.Add("MqttClient:Host is empty; give the name or address of the broker.");
        }

        if (options.ProtocolVersion == MqttProtocolVersion.V311)
        {
            if (options.ClientId.Length == 0 && !options.CleanStart)
            {
                errors.Add("MqttClient:ClientId is empty, which MQTT 3.1.1 allows only with CleanStart.");
            }

            if (options.Password is not null && options.UserName is null)
            {
                errors.Add("MqttClient:Password is given without UserName, which MQTT 3.1.1 does not allow.");
            }
        }

        if (options.Will is { } will && TopicName.Check(will.Topic) is { } problem)
        {
            errors.Add($"MqttClient:Will: {problem}");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string property, double value, double minimum, double maximum)
        {
            if (!(value >= minimum && value <= maximum))
            {
                errors.Add($"MqttClient:{property} is {value}; allowed {minimum} to {maximum}.");
            }
        }
    }
}
