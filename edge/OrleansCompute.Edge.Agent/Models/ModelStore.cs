using System.Buffers;
using System.Security.Cryptography;
using OrleansCompute.Edge.Protocol;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Models;

/// <summary>
/// Models on disk: <c>models/{name}/offer</c> is the accepted offer and <c>{issue}.onnx</c> its package; <c>pending</c> is an offer
/// that is being fetched and <c>{issue}.part</c> what has arrived of it; <c>running-model</c> names the model that ran last. Every
/// small file is replaced by renaming, so that each is whole at any moment. Used by one task at a time.
/// </summary>
internal sealed class ModelStore
{
    private const string OfferFile = "offer";
    private const string PendingFile = "pending";
    private readonly string _models;
    private readonly string _runningFile;
    private readonly Dictionary<string, long> _lastIssues = new(StringComparer.Ordinal);

    private ModelStore(string folder)
    {
        _models = Path.Combine(folder, "models");
        _runningFile = Path.Combine(folder, "running-model");
        Directory.CreateDirectory(_models);
        foreach (var model in Directory.EnumerateDirectories(_models))
        {
            if (TryReadOffer(Path.Combine(model, OfferFile)) is { } offer)
            {
                _lastIssues[offer.Name] = offer.Issue;
            }
        }
    }

    /// <summary>Opens the store of a folder, or creates it.</summary>
    public static ModelStore Open(string folder) => new(folder);

    /// <summary>Issue of the last accepted offer of a model; 0 before the first.</summary>
    public long LastAcceptedIssue(string name)
    {
        lock (_lastIssues)
        {
            return _lastIssues.GetValueOrDefault(name);
        }
    }

    /// <summary>The model that ran last, or null.</summary>
    public ModelOffer? ReadRunning()
    {
        var name = File.Exists(_runningFile) ? File.ReadAllText(_runningFile).Trim() : "";
        return FabricName.IsValid(name) ? TryReadOffer(FileOf(name, OfferFile)) : null;
    }

    /// <summary>The offers whose packages were being fetched when the agent ended.</summary>
    public IReadOnlyList<ModelOffer> ReadPending() =>
        [.. Directory.EnumerateDirectories(_models).Select(model => TryReadOffer(Path.Combine(model, PendingFile))).OfType<ModelOffer>()];

    /// <summary>Where the accepted package of an offer is.</summary>
    public string PackagePath(ModelOffer offer) => FileOf(offer.Name, $"{offer.Issue}.onnx");

    /// <summary>Where to put what arrives of an offer, in a folder that exists.</summary>
    public string PartPath(ModelOffer offer) => FileOf(offer.Name, $"{offer.Issue}.part");

    /// <summary>Remembers an offer until <see cref="Accept"/> or <see cref="Abandon"/>; forgets what arrived of earlier ones.</summary>
    public void Begin(ModelOffer offer)
    {
        Directory.CreateDirectory(Path.Combine(_models, offer.Name));
        DeleteOthers(offer, "*.part");
        Replace(FileOf(offer.Name, PendingFile), Encode(offer));
    }

    /// <summary>Makes what arrived the accepted package. The package before it is deleted last.</summary>
    public void Accept(ModelOffer offer)
    {
        File.Move(PartPath(offer), PackagePath(offer), overwrite: true);
        Replace(FileOf(offer.Name, OfferFile), Encode(offer));
        Replace(_runningFile, System.Text.Encoding.UTF8.GetBytes(offer.Name));
        lock (_lastIssues)
        {
            _lastIssues[offer.Name] = offer.Issue;
        }

        File.Delete(FileOf(offer.Name, PendingFile));
        DeleteOthers(offer, "*.onnx");
    }

    /// <summary>Forgets an offer and what arrived of it.</summary>
    public void Abandon(ModelOffer offer)
    {
        File.Delete(PartPath(offer));
        File.Delete(FileOf(offer.Name, PendingFile));
    }

    /// <summary>SHA-256 and length of a file.</summary>
    public static async Task<(byte[] Sha256, long Length)> HashAsync(string path, CancellationToken cancellationToken)
    {
        var stream = File.OpenRead(path);
        await using (stream)
        {
            return (await SHA256.HashDataAsync(stream, cancellationToken), stream.Length);
        }
    }

    private static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static ReadOnlySpan<byte> Encode(ModelOffer offer)
    {
        var output = new ArrayBufferWriter<byte>();
        ModelOfferCodec.Encode(output, offer);
        return output.WrittenSpan;
    }

    private static ModelOffer? TryReadOffer(string path) =>
        File.Exists(path) && ModelOfferCodec.TryDecode(new ReadOnlySequence<byte>(File.ReadAllBytes(path)), out var offer, out _)
            ? offer
            : null;

    private void DeleteOthers(ModelOffer offer, string pattern)
    {
        var keep = offer.Issue.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(_models, offer.Name), pattern))
        {
            if (Path.GetFileNameWithoutExtension(path) != keep)
            {
                File.Delete(path);
            }
        }
    }

    private string FileOf(string name, string file) => Path.Combine(_models, name, file);
}
