using System.Collections.Immutable;
using System.Text;
using OrleansCompute.Client;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Cli.Demo;

/// <summary>
/// Proves that a package that was tampered with on its way is refused: publishes a second version, rolls it out to one agent, and has
/// the relay flip one bit of it.
/// </summary>
internal static class TamperTrial
{
    private const int Pieces = 16;
    private const int PieceBytes = 64;

    /// <param name="Refused">Whether the agent refused the package and the roll-out was rolled back.</param>
    /// <param name="Detail">What the agent said.</param>
    internal sealed record Outcome(bool Refused, string Detail);

    /// <param name="client">The server.</param>
    /// <param name="model">The version that runs.</param>
    /// <param name="device">The agent behind the relay.</param>
    /// <param name="relay">The man in the middle.</param>
    /// <param name="waiter">Waits for the roll-out's end.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<Outcome> RunAsync(
        FabricClient client, ModelVersion model, string device, TamperingRelay relay, Waiter waiter, CancellationToken cancellationToken)
    {
        using var original = new MemoryStream();
        await client.Models.DownloadAsync(model.Tenant, model.Name, model.Version, original, cancellationToken);
        var changed = WithComment(original.ToArray(), "second version");
        using var upload = new MemoryStream(changed, writable: false);
        var artifact = await client.Artifacts.UploadAsync(model.Tenant, upload, cancellationToken);
        var second = await client.Models.PublishAsync(
            model.Tenant,
            model.Name,
            new ModelPublication { Sha256 = artifact.Sha256, Metrics = model.Metrics, Lineage = model.Lineage },
            cancellationToken);

        relay.Arm(Cut(changed));
        var spec = new RolloutSpec
        {
            Tenant = model.Tenant, Name = "tampered", Model = model.Name, Version = second.Version, Devices = [device],
        };
        await client.Rollouts.StartAsync(spec, cancellationToken);
        var status = await waiter.ForAsync(
            "the tampered package's roll-out ends",
            () => client.Rollouts.GetAsync(model.Tenant, spec.Name, cancellationToken),
            rollout => rollout.State is not RolloutState.Running,
            cancellationToken);
        return new Outcome(
            status.State == RolloutState.RolledBack && status.Devices[0].State == ModelUpdateState.Refused && relay.Flips == 1,
            status.Devices[0].Detail);
    }

    /// <summary>An equally good model with other bytes: the file's comment field, given again at the end, replaces the first.</summary>
    private static byte[] WithComment(byte[] onnx, string comment)
    {
        // ModelProto.doc_string is field 6, a length-delimited one.
        const byte DocStringTag = (6 << 3) | 2;
        var text = Encoding.UTF8.GetBytes(comment);
        return [.. onnx, DocStringTag, (byte)text.Length, .. text];
    }

    /// <summary>Pieces from all over the file, each certain to be unlike any other traffic.</summary>
    private static ImmutableArray<byte[]> Cut(byte[] file) =>
        [.. Enumerable.Range(1, Pieces).Select(i => file.AsSpan((int)((long)file.Length * i / (Pieces + 1)), PieceBytes).ToArray())];
}
