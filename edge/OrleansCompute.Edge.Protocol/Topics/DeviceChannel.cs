namespace OrleansCompute.Edge.Protocol.Topics;

/// <summary>What a topic of a device carries, and so which codec reads it and which side may publish.</summary>
public enum DeviceChannel
{
    /// <summary><c>telemetry</c>, from the device: <see cref="Payloads.TelemetryBatch"/>.</summary>
    Telemetry,

    /// <summary><c>inference</c>, from the device: <see cref="Payloads.InferenceReport"/>.</summary>
    Inference,

    /// <summary><c>sample</c>, from the device: <see cref="Payloads.HardSample"/>.</summary>
    Sample,

    /// <summary><c>state/reported</c>, from the device: <see cref="Payloads.DeviceReport"/>.</summary>
    StateReported,

    /// <summary><c>state/desired</c>, to the device, retained: <see cref="Payloads.DesiredState"/>.</summary>
    StateDesired,

    /// <summary><c>cmd/{id}</c>, to the device: <see cref="Payloads.CommandRequest"/>.</summary>
    Command,

    /// <summary><c>cmd/{id}/result</c>, from the device: <see cref="Payloads.CommandResult"/>.</summary>
    CommandResult,

    /// <summary><c>model/{name}/offer</c>, to the device: <see cref="Payloads.ModelOffer"/>.</summary>
    ModelOffer,

    /// <summary><c>model/{name}/fetch</c>, from the device: <see cref="Payloads.ModelFetch"/>.</summary>
    ModelFetch,

    /// <summary><c>model/{name}/chunk</c>, to the device: <see cref="Payloads.ModelChunk"/>.</summary>
    ModelChunk,
}
