using Microsoft.Extensions.Options;
using OrleansCompute.Edge.Protocol;
using OrleansCompute.Edge.Protocol.Security;

namespace OrleansCompute.Edge.Agent.Configuration;

/// <summary>Names every setting that is wrong, its value and the allowed range, all at once.</summary>
public sealed class AgentOptionsValidator : IValidateOptions<AgentOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AgentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        Add(errors, FabricName.Validate(options.Tenant, "tenant"));
        Add(errors, FabricName.Validate(options.Device, "device"));
        Add(errors, Text(options.Host, "host", "the name or address of the broker"));
        Add(errors, Range(options.Port, 1, 65_535, "port"));
        Add(errors, Text(options.StateDirectory, "stateDirectory", "a folder that the agent may write to"));
        Add(errors, Key(options.ModelPublicKey));
        Add(errors, Range(options.TelemetryBatchReadings, 1, ProtocolLimits.MaxReadingsPerBatch, "telemetryBatchReadings"));
        Add(errors, Range(options.TelemetryWindow, 1, 1_000, "telemetryWindow"));
        Add(errors, Range(options.OutboxReadings, 1, 10_000_000, "outboxReadings"));
        Add(errors, Range(options.InferenceBatchResults, 1, ProtocolLimits.MaxResultsPerReport, "inferenceBatchResults"));
        Add(errors, Range(options.FetchWindow, 1, 64, "fetchWindow"));
        Add(errors, Range(options.FetchTimeoutSeconds, 1, 600, "fetchTimeoutSeconds"));
        Add(errors, Range(options.MaxModelBytes, 1, ProtocolLimits.MaxPackageBytes, "maxModelBytes"));
        Add(errors, Range(options.ReportIntervalSeconds, 1, 3_600, "reportIntervalSeconds"));
        if (options.Camera is { } camera)
        {
            Add(errors, ExistingFile(camera.ImagesPath, "camera.imagesPath"));
            Add(errors, Range(camera.Start, 0, int.MaxValue, "camera.start"));
            Add(errors, Range(camera.Stride, 1, 1_000_000, "camera.stride"));
            Add(errors, camera.Count is { } count ? Range(count, 1, int.MaxValue, "camera.count") : null);
            Add(errors, Range(camera.ImagesPerSecond, 0, 100_000, "camera.imagesPerSecond"));
        }

        if (options.Mote is { } mote)
        {
            Add(errors, ExistingFile(mote.Path, "mote.path"));
            Add(errors, Range(mote.ReadingsPerSecond, 0.01, 100_000, "mote.readingsPerSecond"));
            Add(errors, mote.Limit is { } limit ? Range(limit, 1, int.MaxValue, "mote.limit") : null);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Add(List<string> errors, string? error)
    {
        if (error is not null)
        {
            errors.Add(error);
        }
    }

    private static string? Text(string value, string what, string need) =>
        string.IsNullOrWhiteSpace(value) ? $"{what} is empty; give {need}." : null;

    private static string? Range(double value, double min, double max, string what) =>
        value >= min && value <= max ? null : $"{what} is {value}; allowed {min} to {max}.";

    private static string? ExistingFile(string path, string what) =>
        File.Exists(path) ? null : $"{what} is '{path}'; there is no such file.";

    private static string? Key(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "modelPublicKey is empty; give the signer's P-256 public key as PEM or base64 text.";
        }

        try
        {
            ModelSignature.ImportPublicKey(text).Dispose();
            return null;
        }
        catch (ArgumentException error)
        {
            return $"modelPublicKey: {error.Message}";
        }
    }
}
