using System.Diagnostics.CodeAnalysis;

namespace OrleansCompute.Edge.Agent.Models;

/// <summary>Loads model packages. Thread-safe.</summary>
internal interface IModelRuntime
{
    /// <summary>Loads a package whose hash and signature were checked.</summary>
    /// <param name="path">The package.</param>
    /// <param name="classifier">The model, when the return value is true; the caller disposes of it.</param>
    /// <param name="error">Else a sentence that says why it cannot run here.</param>
    bool TryLoad(string path, [NotNullWhen(true)] out IImageClassifier? classifier, [NotNullWhen(false)] out string? error);
}
