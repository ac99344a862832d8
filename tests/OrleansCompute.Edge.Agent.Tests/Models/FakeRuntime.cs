using System.Diagnostics.CodeAnalysis;
using OrleansCompute.Edge.Agent.Models;

namespace OrleansCompute.Edge.Agent.Tests.Models;

/// <summary>Answers with the class that its package names in the first byte; a package that starts with 255 does not load.</summary>
internal sealed class FakeRuntime : IModelRuntime
{
    /// <summary>Loads, and answers with NaN.</summary>
    public const byte AnswersNaN = 254;

    /// <summary>Does not load.</summary>
    public const byte DoesNotLoad = 255;

    public int Pixels { get; init; } = 784;

    public bool TryLoad(string path, [NotNullWhen(true)] out IImageClassifier? classifier, [NotNullWhen(false)] out string? error)
    {
        var first = File.ReadAllBytes(path)[0];
        classifier = first == DoesNotLoad ? null : new FakeClassifier(first, Pixels);
        error = classifier is null ? "unsupported operator 'Fake'" : null;
        return classifier is not null;
    }

    private sealed class FakeClassifier(byte label, int pixels) : IImageClassifier
    {
        private bool _disposed;

        public int InputLength => pixels;

        public int ClassCount => 10;

        public void Run(ReadOnlySpan<byte> image, Span<float> probabilities)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            probabilities[..10].Fill(label == AnswersNaN ? float.NaN : 0.05f);
            if (label < 10)
            {
                probabilities[label] = 0.55f;
            }
        }

        public void Dispose() => _disposed = true;
    }
}
