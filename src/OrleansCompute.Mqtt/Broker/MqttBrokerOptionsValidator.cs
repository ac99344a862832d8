using Microsoft.Extensions.Options;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>Checks all limits of <see cref="MqttBrokerOptions"/> at once. Thread-safe.</summary>
public sealed class MqttBrokerOptionsValidator : IValidateOptions<MqttBrokerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MqttBrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        Check(nameof(options.Port), options.Port, 0, 65_535);
        Check(nameof(options.MaximumPacketSizeBytes), options.MaximumPacketSizeBytes, 128, 268_435_460);
        Check(nameof(options.ReceiveMaximum), options.ReceiveMaximum, 1, 65_535);
        Check(nameof(options.TopicAliasMaximum), options.TopicAliasMaximum, 0, 65_535);
        Check(nameof(options.MaximumConnections), options.MaximumConnections, 1, 1_000_000);
        Check(nameof(options.MaximumSessions), options.MaximumSessions, 1, 10_000_000);
        Check(nameof(options.MaximumSubscriptionsPerSession), options.MaximumSubscriptionsPerSession, 1, 100_000);
        Check(nameof(options.MaximumQueuedMessages), options.MaximumQueuedMessages, 1, 1_000_000);
        Check(nameof(options.MaximumQueuedBytes), options.MaximumQueuedBytes, 1_024, 1_073_741_824);
        Check(nameof(options.MaximumRetainedMessages), options.MaximumRetainedMessages, 0, 10_000_000);
        Check(nameof(options.MaximumRetainedBytes), options.MaximumRetainedBytes, 0, 1L << 40);
        Check("MaximumSessionExpiry in seconds", (long)options.MaximumSessionExpiry.TotalSeconds, 0, 10L * 366 * 86_400);
        Check("ConnectTimeout in milliseconds", (long)options.ConnectTimeout.TotalMilliseconds, 1_000, 300_000);
        if (options.Address is null)
        {
            errors.Add("Mqtt:Address is missing; give an IP address of this machine.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string property, long value, long minimum, long maximum)
        {
            if (value < minimum || value > maximum)
            {
                errors.Add($"Mqtt:{property} is {value}; allowed {minimum} to {maximum}.");
            }
        }
    }
}
