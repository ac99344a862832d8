using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of the cross-entropy of classes: a thread per row of classes, which lie <c>inner</c> apart.</summary>
internal static class LossKernels
{
    /// <summary>Minus the target's product with the logarithms; the target is 1 - s on the label and s / classes on all.</summary>
    public static void CrossEntropy(Index1D i, ArrayView<float> logarithms, ArrayView<int> labels, ArrayView<float> losses, int classes, int inner, float smoothing)
    {
        int start = (i / inner * classes * inner) + (i % inner);
        var sum = (1 - smoothing) * logarithms[start + (labels[i] * inner)];
        if (smoothing != 0)
        {
            for (var c = 0; c < classes; c++)
            {
                sum += smoothing / classes * logarithms[start + (c * inner)];
            }
        }

        losses[i] = -sum;
    }

    /// <summary>(softmax - target) times the gradient of the row's loss.</summary>
    public static void CrossEntropyGradient(
        Index1D i, ArrayView<float> logarithms, ArrayView<int> labels, ArrayView<float> dy, ArrayView<float> dx, int classes, int inner, float smoothing, float factor, int isPerRow)
    {
        int start = (i / inner * classes * inner) + (i % inner);
        var scale = factor * dy[isPerRow != 0 ? (int)i : 0];
        for (var c = 0; c < classes; c++)
        {
            var target = (smoothing / classes) + (c == labels[i] ? 1 - smoothing : 0);
            dx[start + (c * inner)] = scale * (DeviceMath.Exp(logarithms[start + (c * inner)]) - target);
        }
    }
}
