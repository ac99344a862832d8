using System.Net;
using Microsoft.Extensions.Options;

namespace OrleansCompute.Gateway;

/// <summary>Checks <see cref="GatewayOptions"/>; reports all problems at once.</summary>
public sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        if (!IPAddress.TryParse(options.MqttAddress, out _))
        {
            errors.Add($"Gateway:MqttAddress is '{options.MqttAddress}'; allowed: an IP address of this machine, for example 127.0.0.1.");
        }

        Range(nameof(options.MqttPort), options.MqttPort, 0, 65535);
        Range(nameof(options.MaxTwinBacklogReadings), options.MaxTwinBacklogReadings, 1, 1_000_000);
        Range(nameof(options.MaxConcurrentChunks), options.MaxConcurrentChunks, 1, 1024);
        Range(nameof(options.MaxArtifactBytes), options.MaxArtifactBytes, 1, 1L << 40);
        Range(nameof(options.MaxListConcurrency), options.MaxListConcurrency, 1, 256);
        CheckOperatorKey(options, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Range(string option, long value, long min, long max)
        {
            if (value < min || value > max)
            {
                errors.Add($"Gateway:{option} is {value}; allowed: {min} to {max}.");
            }
        }
    }

    // The key itself is a secret: the message gives its length only.
    private static void CheckOperatorKey(GatewayOptions options, List<string> errors)
    {
        switch (options.OperatorKey)
        {
            case null when !options.AllowAnonymous:
                errors.Add(
                    "Gateway:OperatorKey is missing; give one of 32 to 256 characters, "
                    + "or set Gateway:AllowAnonymous on a development machine.");
                break;
            case { Length: < GatewayOptions.MinOperatorKeyLength or > GatewayOptions.MaxOperatorKeyLength } key:
                errors.Add(
                    $"Gateway:OperatorKey has {key.Length} characters; "
                    + $"allowed: {GatewayOptions.MinOperatorKeyLength} to {GatewayOptions.MaxOperatorKeyLength}.");
                break;
            case { } key when key.StartsWith("oc_", StringComparison.Ordinal):
                errors.Add("Gateway:OperatorKey begins with 'oc_'; allowed: any other beginning, because the keys of tenants begin so.");
                break;
            case { } key when key.Any(c => c is <= ' ' or > '~'):
                errors.Add("Gateway:OperatorKey holds a blank or a character outside ASCII; allowed: visible ASCII characters.");
                break;
        }
    }
}
