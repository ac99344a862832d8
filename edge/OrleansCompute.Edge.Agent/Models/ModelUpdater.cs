using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansCompute.Edge.Agent.Connections;
using OrleansCompute.Edge.Agent.Reporting;
using OrleansCompute.Edge.Protocol.Payloads;
using OrleansCompute.Edge.Protocol.Security;
using OrleansCompute.Edge.Protocol.Topics;

namespace OrleansCompute.Edge.Agent.Models;

/// <summary>
/// Takes a model from offer to running: check the offer, fetch, check the package, load, try, swap, report. Whatever fails, the
/// running model goes on and the reason is reported. One update at a time; a newer genuine offer replaces one under way.
/// </summary>
internal sealed partial class ModelUpdater(
    ModelUpdaterSettings settings,
    ECDsa trustedKey,
    ModelStore store,
    IModelRuntime runtime,
    ModelSlot slot,
    IAgentConnection connection,
    AgentStatus status,
    TimeProvider time,
    ILogger<ModelUpdater> logger)
{
    private readonly ILogger<ModelUpdater> _logger = logger;
    private readonly Lock _gate = new();
    private readonly Channel<ModelOffer> _offers = Channel.CreateBounded<ModelOffer>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private ModelOffer? _latest;
    private ModelDownload? _download;
    private CancellationTokenSource? _underWay;

    /// <summary>Runs the model that ran when the agent ended, if it is still genuine; takes up what was being fetched.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (store.ReadRunning() is { } offer)
        {
            var problem = await CheckStoredAsync(offer, cancellationToken) ?? TrySwap(offer, store.PackagePath(offer), accept: false);
            if (problem is null)
            {
                LogRestored(offer.Name, offer.Version, offer.Issue);
                status.SetRunning(offer);
                status.Transition(UpdateState.Running, offer.Issue, "");
            }
            else
            {
                Report(offer, UpdateState.Failed, $"The stored model cannot run: {problem}");
            }
        }

        foreach (var pending in store.ReadPending())
        {
            OnOffer(pending.Name, pending);
        }
    }

    /// <summary>Takes an offer; returns at once.</summary>
    /// <param name="model">The model name of the topic.</param>
    /// <param name="offer">As received.</param>
    public void OnOffer(string model, ModelOffer offer)
    {
        lock (_gate)
        {
            if (IsSame(offer, slot.Running))
            {
                // The fabric asks again, for example after a restart of its own: the answer is the state, not a refusal.
                status.Transition(UpdateState.Running, offer.Issue, "");
                return;
            }

            if (IsSame(offer, _latest))
            {
                return;
            }

            if (CheckOffer(model, offer) is { } refusal)
            {
                Report(offer, UpdateState.Refused, refusal);
                return;
            }

            _latest = offer;
            _underWay?.Cancel();
            _offers.Writer.TryWrite(offer);
        }
    }

    /// <summary>Takes a piece of a package; returns at once. A piece that nobody asked for is ignored.</summary>
    public void OnChunk(string model, ModelChunk chunk)
    {
        lock (_gate)
        {
            if (_download is { } download && download.Offer.Name == model)
            {
                download.OnChunk(chunk);
            }
        }
    }

    /// <summary>Works on offers until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var offer in _offers.Reader.ReadAllAsync(cancellationToken))
        {
            using var underWay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            lock (_gate)
            {
                if (!IsSame(offer, _latest))
                {
                    continue;
                }

                _underWay = underWay;
            }

            try
            {
                await UpdateAsync(offer, underWay.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                LogSuperseded(offer.Name, offer.Version, offer.Issue);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Report(offer, UpdateState.Failed, $"The package cannot be stored: {error.Message}");
            }
            finally
            {
                lock (_gate)
                {
                    (_underWay, _download) = (null, null);
                    _latest = IsSame(offer, _latest) ? null : _latest;
                }
            }
        }
    }

    private async Task UpdateAsync(ModelOffer offer, CancellationToken cancellationToken)
    {
        store.Begin(offer);
        LogUpdating(offer.Name, offer.Version, offer.Issue, offer.SizeBytes);
        while (true)
        {
            status.Transition(UpdateState.Downloading, offer.Issue, "");
            var resumedAt = await DownloadAsync(offer, cancellationToken);
            status.Transition(UpdateState.Verifying, offer.Issue, "");
            var (sha256, length) = await ModelStore.HashAsync(store.PartPath(offer), cancellationToken);
            if (PackageVerifier.CheckContent(offer, length, sha256) is not PackageVerdict.Refused refused)
            {
                break;
            }

            if (resumedAt == 0)
            {
                Abandon(offer, UpdateState.Refused, refused.Detail);
                return;
            }

            // The first part lay on disk over a restart: before the sender is blamed, everything is fetched once more.
            LogResumeFailed(offer.Name, offer.Version, refused.Detail);
            File.Delete(store.PartPath(offer));
        }

        cancellationToken.ThrowIfCancellationRequested();
        status.Transition(UpdateState.Trying, offer.Issue, "");
        if (TrySwap(offer, store.PartPath(offer), accept: true) is { } problem)
        {
            Abandon(offer, UpdateState.Failed, problem);
            return;
        }

        LogRunning(offer.Name, offer.Version, offer.Issue);
        status.SetRunning(offer);
        status.Transition(UpdateState.Running, offer.Issue, "");
    }

    private async Task<long> DownloadAsync(ModelOffer offer, CancellationToken cancellationToken)
    {
        var topic = DeviceTopics.ModelFetch(settings.Tenant, settings.Device, offer.Name);
        var download = new ModelDownload(
            offer, store.PartPath(offer), connection, topic, settings.FetchWindow, settings.FetchTimeout, time, _logger);
        lock (_gate)
        {
            _download = download;
        }

        await download.RunAsync(cancellationToken);
        return download.ResumedAt;
    }

    private string? CheckOffer(string model, ModelOffer offer)
    {
        if (offer.Name != model)
        {
            return $"The offer is of '{offer.Name}', its topic of '{model}'.";
        }

        if (offer.SizeBytes > settings.MaxModelBytes)
        {
            return $"The package of {offer.Name} version {offer.Version} has {offer.SizeBytes} bytes; "
                + $"this device takes up to {settings.MaxModelBytes}.";
        }

        var last = store.LastAcceptedIssue(offer.Name);
        last = _latest is { } latest && latest.Name == offer.Name ? Math.Max(last, latest.Issue) : last;
        return PackageVerifier.CheckOffer(offer, trustedKey, settings.Tenant, last) is PackageVerdict.Refused refused
            ? refused.Detail
            : null;
    }

    // What lies on disk is checked like what arrives: the folder may have been changed while the agent was down.
    private async Task<string?> CheckStoredAsync(ModelOffer offer, CancellationToken cancellationToken)
    {
        if (PackageVerifier.CheckOffer(offer, trustedKey, settings.Tenant, offer.Issue - 1) is PackageVerdict.Refused refusedOffer)
        {
            return refusedOffer.Detail;
        }

        var path = store.PackagePath(offer);
        if (!File.Exists(path))
        {
            return $"'{path}' is missing.";
        }

        var (sha256, length) = await ModelStore.HashAsync(path, cancellationToken);
        return PackageVerifier.CheckContent(offer, length, sha256) is PackageVerdict.Refused refused ? refused.Detail : null;
    }

    private string? TrySwap(ModelOffer offer, string path, bool accept)
    {
        if (!runtime.TryLoad(path, out var classifier, out var error))
        {
            return error;
        }

        try
        {
            // Without a camera there is no image of the device: a black one then.
            var image = settings.TrialImage.IsEmpty ? new byte[classifier.InputLength] : settings.TrialImage;
            if (ModelTrial.Run(classifier, image.Span) is { } problem)
            {
                classifier.Dispose();
                return problem;
            }

            if (accept)
            {
                store.Accept(offer);
            }
        }
        catch
        {
            classifier.Dispose();
            throw;
        }

        slot.Swap(offer, classifier);
        return null;
    }

    private void Abandon(ModelOffer offer, UpdateState state, string detail)
    {
        store.Abandon(offer);
        Report(offer, state, detail);
    }

    private void Report(ModelOffer offer, UpdateState state, string detail)
    {
        LogNotAccepted(offer.Name, offer.Version, offer.Issue, detail);
        status.Transition(state, offer.Issue, detail);
    }

    private static bool IsSame(ModelOffer offer, ModelOffer? other) => other is not null && other.Name == offer.Name
        && other.Tenant == offer.Tenant && other.Issue == offer.Issue
        && other.Version == offer.Version && other.SizeBytes == offer.SizeBytes
        && other.Sha256.Span.SequenceEqual(offer.Sha256.Span) && other.Signature.Span.SequenceEqual(offer.Signature.Span);
}
