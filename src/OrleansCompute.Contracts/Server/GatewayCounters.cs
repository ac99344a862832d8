namespace OrleansCompute.Contracts.Server;

/// <summary>Counters of the gateway since its start.</summary>
/// <param name="Connections">Device connections that are up.</param>
/// <param name="ConnectionsAccepted">Connections accepted.</param>
/// <param name="ConnectionsRefused">Connections refused: no or wrong credentials.</param>
/// <param name="ReadingsReceived">Readings in well-formed telemetry.</param>
/// <param name="ReadingsStored">Of these, those that were new to the store.</param>
/// <param name="InferencesReceived">Inference results in well-formed reports.</param>
/// <param name="InferencesStored">Of these, those that were new to the store.</param>
/// <param name="TwinUpdates">Grain calls that brought readings to twins.</param>
/// <param name="TwinFailures">Grain calls for twins that failed; each was tried again.</param>
/// <param name="OffersSent">Model offers published to devices.</param>
/// <param name="ChunksSent">Model chunks published to devices.</param>
/// <param name="ChunkBytesSent">Bytes of models in them.</param>
/// <param name="Rejected">Messages and subscriptions refused, by reason.</param>
public sealed record GatewayCounters(
    long Connections,
    long ConnectionsAccepted,
    long ConnectionsRefused,
    long ReadingsReceived,
    long ReadingsStored,
    long InferencesReceived,
    long InferencesStored,
    long TwinUpdates,
    long TwinFailures,
    long OffersSent,
    long ChunksSent,
    long ChunkBytesSent,
    IReadOnlyDictionary<string, long> Rejected);
