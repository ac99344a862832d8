namespace OrleansCompute.Edge.Protocol.Topics;

/// <summary>
/// Topic names and filters of devices. Every method checks the names it is given and throws <see cref="ArgumentException"/>,
/// naming the value and the allowed form, for one that could not be a topic level.
/// </summary>
public static class DeviceTopics
{
    /// <summary>What every topic of a device starts with.</summary>
    public const string Prefix = "oc/v1/";

    /// <summary>Whether devices publish on the channel; the fabric publishes on the others.</summary>
    public static bool FromDevice(DeviceChannel channel) => channel is DeviceChannel.Telemetry or DeviceChannel.Inference
        or DeviceChannel.Sample or DeviceChannel.StateReported or DeviceChannel.CommandResult or DeviceChannel.ModelFetch;

    /// <summary><c>oc/v1/{tenant}/{device}/telemetry</c>.</summary>
    public static string Telemetry(string tenant, string device) => Plain(tenant, device, DeviceChannel.Telemetry);

    /// <summary><c>oc/v1/{tenant}/{device}/inference</c>.</summary>
    public static string Inference(string tenant, string device) => Plain(tenant, device, DeviceChannel.Inference);

    /// <summary><c>oc/v1/{tenant}/{device}/sample</c>.</summary>
    public static string Sample(string tenant, string device) => Plain(tenant, device, DeviceChannel.Sample);

    /// <summary><c>oc/v1/{tenant}/{device}/state/reported</c>.</summary>
    public static string StateReported(string tenant, string device) => Plain(tenant, device, DeviceChannel.StateReported);

    /// <summary><c>oc/v1/{tenant}/{device}/state/desired</c>.</summary>
    public static string StateDesired(string tenant, string device) => Plain(tenant, device, DeviceChannel.StateDesired);

    /// <summary><c>oc/v1/{tenant}/{device}/cmd/{id}</c>.</summary>
    public static string Command(string tenant, string device, string id) => Named(tenant, device, "cmd/", id, "command id", "");

    /// <summary><c>oc/v1/{tenant}/{device}/cmd/{id}/result</c>.</summary>
    public static string CommandResult(string tenant, string device, string id) =>
        Named(tenant, device, "cmd/", id, "command id", "/result");

    /// <summary><c>oc/v1/{tenant}/{device}/model/{name}/offer</c>.</summary>
    public static string ModelOffer(string tenant, string device, string model) =>
        Named(tenant, device, "model/", model, "model", "/offer");

    /// <summary><c>oc/v1/{tenant}/{device}/model/{name}/fetch</c>.</summary>
    public static string ModelFetch(string tenant, string device, string model) =>
        Named(tenant, device, "model/", model, "model", "/fetch");

    /// <summary><c>oc/v1/{tenant}/{device}/model/{name}/chunk</c>.</summary>
    public static string ModelChunk(string tenant, string device, string model) =>
        Named(tenant, device, "model/", model, "model", "/chunk");

    /// <summary>The filters that a device subscribes to: everything that the fabric publishes for it.</summary>
    public static IReadOnlyList<string> FiltersOfDevice(string tenant, string device)
    {
        var root = Root(tenant, device);
        return [root + "state/desired", root + "cmd/+", root + "model/+/offer", root + "model/+/chunk"];
    }

    /// <summary>The filters that match everything that devices of all tenants publish.</summary>
    public static IReadOnlyList<string> FiltersFromDevices { get; } =
    [
        Prefix + "+/+/telemetry", Prefix + "+/+/inference", Prefix + "+/+/sample", Prefix + "+/+/state/reported",
        Prefix + "+/+/cmd/+/result", Prefix + "+/+/model/+/fetch",
    ];

    internal static string Plain(string tenant, string device, DeviceChannel channel) => Root(tenant, device) + channel switch
    {
        DeviceChannel.Telemetry => "telemetry",
        DeviceChannel.Inference => "inference",
        DeviceChannel.Sample => "sample",
        DeviceChannel.StateReported => "state/reported",
        DeviceChannel.StateDesired => "state/desired",
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "The channel needs a model name or a command id."),
    };

    private static string Named(string tenant, string device, string before, string name, string what, string after)
    {
        FabricName.ThrowIfInvalid(name, what);
        return $"{Root(tenant, device)}{before}{name}{after}";
    }

    private static string Root(string tenant, string device)
    {
        FabricName.ThrowIfInvalid(tenant, nameof(tenant));
        FabricName.ThrowIfInvalid(device, nameof(device));
        return $"{Prefix}{tenant}/{device}/";
    }
}
