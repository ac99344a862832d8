using System.Collections.Immutable;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Security;
using StoredResult = OrleansCompute.Contracts.Storage.InferenceResult;
using TwinReport = OrleansCompute.Contracts.Devices.DeviceReport;
using TwinValue = OrleansCompute.Contracts.Devices.NamedValue;
using WireReport = OrleansCompute.Edge.Protocol.Payloads.DeviceReport;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>Turns what devices send into what grains and stores take, and back. The values were checked by the codecs. Pure.</summary>
internal static class DeviceMessages
{
    public static ImmutableArray<Reading> ToReadings(TelemetryBatch batch)
    {
        var readings = ImmutableArray.CreateBuilder<Reading>(batch.Readings.Length);
        foreach (var reading in batch.Readings)
        {
            var values = ImmutableArray.CreateBuilder<TwinValue>(reading.Values.Length);
            foreach (var value in reading.Values)
            {
                values.Add(new TwinValue { Name = value.Name, Value = value.Value });
            }

            readings.Add(new Reading { Sequence = reading.Sequence, MeasuredAt = reading.MeasuredAt, Values = values.MoveToImmutable() });
        }

        return readings.MoveToImmutable();
    }

    public static StoredResult[] ToResults(InferenceReport report)
    {
        var results = new StoredResult[report.Results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var result = report.Results[i];
            results[i] = new StoredResult(result.SampleIndex, result.Label, result.Confidence, result.LatencyMs);
        }

        return results;
    }

    public static TwinReport ToReport(WireReport report) => new()
    {
        AgentVersion = report.AgentVersion,
        ModelName = report.ModelName,
        ModelVersion = report.ModelVersion,
        UpdateState = report.UpdateState switch
        {
            UpdateState.None => ModelUpdateState.None,
            UpdateState.Downloading => ModelUpdateState.Downloading,
            UpdateState.Verifying => ModelUpdateState.Verifying,
            UpdateState.Trying => ModelUpdateState.Trying,
            UpdateState.Running => ModelUpdateState.Running,
            UpdateState.Refused => ModelUpdateState.Refused,
            _ => ModelUpdateState.Failed,
        },
        UpdateIssue = report.UpdateIssue,
        Detail = report.Detail,
        Inferences = report.InferenceCount,
        LatencyP50Ms = report.LatencyP50Ms,
        LatencyP99Ms = report.LatencyP99Ms,
        ReadingsSent = report.TelemetrySent,
        PeakMemoryBytes = report.PeakMemoryBytes,
    };

    /// <summary>A signed offer.</summary>
    /// <exception cref="FormatException">The hash is no hexadecimal text.</exception>
    public static ModelOffer ToOffer(string tenant, DesiredModel model, IModelSigner signer)
    {
        var offer = new ModelOffer
        {
            Tenant = tenant,
            Name = model.Name,
            Version = model.Version,
            Issue = model.Issue,
            SizeBytes = model.SizeBytes,
            Sha256 = Convert.FromHexString(model.Sha256),
            Signature = ReadOnlyMemory<byte>.Empty,
        };
        return offer with { Signature = signer.Sign(ModelSignature.CanonicalBytes(offer)) };
    }
}
