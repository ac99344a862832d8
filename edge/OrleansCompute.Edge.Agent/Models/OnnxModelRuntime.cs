using System.Diagnostics.CodeAnalysis;
using OrleansCompute.Tensors.Legacy.Execution;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Onnx;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Edge.Agent.Models;

/// <summary>Runs ONNX classifiers on one core of this processor, an image at a time.</summary>
internal sealed class OnnxModelRuntime : IModelRuntime
{
    /// <inheritdoc/>
    public bool TryLoad(string path, [NotNullWhen(true)] out IImageClassifier? classifier, [NotNullWhen(false)] out string? error)
    {
        (classifier, error) = (null, null);
        IKernelSet? kernels = null;
        try
        {
            var model = OnnxImporter.Import(File.ReadAllBytes(path));

            // One thread: an image of 28 x 28 is done in a fraction of a millisecond, less than handing work to a second one saves.
            kernels = KernelSets.Create(SimdSupport.Best);
            var plan = new InferencePlan(model.Graph, model.Parameters.Span, kernels, maxBatch: 1);
            classifier = new OnnxClassifier(plan, kernels, model.Graph.Inputs[0].Type.Shape.Elements);
            return true;
        }
        catch (Exception exception) when (exception is OnnxFormatException or ShapeMismatchException or NotSupportedException)
        {
            kernels?.Dispose();
            error = $"The model cannot run on this device: {exception.Message}";
            return false;
        }
    }

    private sealed class OnnxClassifier(InferencePlan plan, IKernelSet kernels, int inputLength) : IImageClassifier
    {
        // As in training: a byte becomes 0 to 1.
        private static readonly float[] UnitScale = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

        private readonly float[] _input = new float[inputLength];

        public int InputLength => _input.Length;

        public int ClassCount => plan.Classes;

        public void Run(ReadOnlySpan<byte> pixels, Span<float> probabilities)
        {
            for (var i = 0; i < _input.Length; i++)
            {
                _input[i] = UnitScale[pixels[i]];
            }

            plan.Run(_input, 1, probabilities);
        }

        public void Dispose()
        {
            plan.Dispose();
            kernels.Dispose();
        }
    }
}
