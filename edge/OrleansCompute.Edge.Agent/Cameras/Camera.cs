using System.Threading.Channels;
using OrleansCompute.Edge.Agent.Models;
using OrleansCompute.Edge.Agent.Reporting;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Cameras;

/// <summary>
/// Classifies images one after another with whatever model runs, each once, and hands the results on in batches of one model
/// version. Goes on while there is no connection until the queue of batches is full, and then waits. After a restart it begins
/// behind the last image whose result was acknowledged.
/// </summary>
internal sealed class Camera(
    CameraImages images,
    ModelSlot slot,
    AgentStatus status,
    CameraProgress progress,
    ChannelWriter<CameraBatch> batches,
    int batchResults,
    double imagesPerSecond,
    bool repeatOnNewModel,
    TimeProvider time)
{
    private readonly List<InferenceResult> _batch = new(batchResults);
    private ModelOffer? _batchModel;

    /// <summary>Runs until every image was classified; with repeatOnNewModel until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long generation = 0;
        do
        {
            (generation, var pass) = await slot.WhenChangedAsync(generation, cancellationToken);
            await ClassifyAllAsync(pass, progress.ResumeAt(pass, !repeatOnNewModel, images.Count), cancellationToken);
        }
        while (repeatOnNewModel);
    }

    private async Task ClassifyAllAsync(ModelOffer pass, int first, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var image = first; image < images.Count; image++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await PaceAsync(image - first, started, cancellationToken);
            var before = time.GetTimestamp();
            if (!slot.TryClassify(images.Pixels(image).Span, out var model, out var result))
            {
                throw new InvalidOperationException("The model was taken away while the camera ran.");
            }

            var latencyMs = time.GetElapsedTime(before).TotalMilliseconds;
            status.RecordInference(latencyMs);
            if (_batchModel is not null && !ReferenceEquals(model, _batchModel))
            {
                await FlushAsync(pass, image, cancellationToken);
            }

            _batchModel = model;
            _batch.Add(new InferenceResult(images.FileIndex(image), result.Label, result.Confidence, (float)latencyMs));
            if (_batch.Count == batchResults)
            {
                await FlushAsync(pass, image + 1, cancellationToken);
            }
        }

        await FlushAsync(pass, images.Count, cancellationToken);
    }

    private async Task PaceAsync(int done, long started, CancellationToken cancellationToken)
    {
        if (imagesPerSecond <= 0)
        {
            return;
        }

        var early = TimeSpan.FromSeconds(done / imagesPerSecond) - time.GetElapsedTime(started);
        if (early > TimeSpan.Zero)
        {
            await Task.Delay(early, time, cancellationToken);
        }
    }

    private async Task FlushAsync(ModelOffer pass, int next, CancellationToken cancellationToken)
    {
        if (_batchModel is { } model && _batch.Count > 0)
        {
            var report = new InferenceReport { Model = model.Name, Version = model.Version, Results = [.. _batch] };
            await batches.WriteAsync(new CameraBatch(report, pass, next), cancellationToken);
            _batch.Clear();
        }
    }
}
