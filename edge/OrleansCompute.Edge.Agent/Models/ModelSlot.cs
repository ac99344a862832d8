using System.Diagnostics.CodeAnalysis;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Models;

/// <summary>The running model. An image is classified by one version or the next, never by none or half. Thread-safe.</summary>
internal sealed class ModelSlot : IDisposable
{
    private readonly Lock _gate = new();
    private IImageClassifier? _classifier;
    private float[] _probabilities = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _generation;

    /// <summary>The offer of the running model, or null.</summary>
    public ModelOffer? Running { get; private set; }

    /// <summary>Replaces the running model once it has answered the image that it is at.</summary>
    public void Swap(ModelOffer offer, IImageClassifier next)
    {
        lock (_gate)
        {
            _classifier?.Dispose();
            _classifier = next;
            _probabilities = new float[next.ClassCount];
            Running = offer;
            _generation++;
            var changed = _changed;
            _changed = NewSignal();
            changed.SetResult();
        }
    }

    /// <summary>Completes when a model runs that is not of the given generation; gives its generation and offer.</summary>
    /// <param name="generation">The last one seen; 0 before the first.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<(long Generation, ModelOffer Model)> WhenChangedAsync(long generation, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_generation > generation && Running is { } model)
                {
                    return (_generation, model);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Classifies an image with whatever model runs; false if none does.</summary>
    public bool TryClassify(ReadOnlySpan<byte> pixels, [NotNullWhen(true)] out ModelOffer? model, out Classification result)
    {
        lock (_gate)
        {
            (model, result) = (Running, default);
            if (_classifier is null || model is null)
            {
                return false;
            }

            _classifier.Run(pixels, _probabilities);
            var best = 0;
            for (var i = 1; i < _probabilities.Length; i++)
            {
                best = _probabilities[i] > _probabilities[best] ? i : best;
            }

            // A model that was tried can still meet an image that makes it answer NaN: no confidence at all.
            var confidence = _probabilities[best];
            result = new Classification(best, float.IsNaN(confidence) ? 0 : Math.Clamp(confidence, 0, 1));
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _classifier?.Dispose();
            _classifier = null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
