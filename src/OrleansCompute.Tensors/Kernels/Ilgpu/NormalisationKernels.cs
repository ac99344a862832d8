using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of normalisations over contiguous rows: a thread per row, and for the gradients of scale and bias one per column.</summary>
internal static class NormalisationKernels
{
    public static void Normalise(
        Index1D row, ArrayView<float> x, ArrayView<float> scale, ArrayView<float> bias, ArrayView<float> y, ArrayView<float> mean, ArrayView<float> inverse, int length, float epsilon, int isRms, int hasBias)
    {
        int start = row * length;
        var center = 0f;
        if (isRms == 0)
        {
            for (var k = 0; k < length; k++)
            {
                center += x[start + k];
            }

            center /= length;
            mean[row] = center;
        }

        var square = 0f;
        for (var k = 0; k < length; k++)
        {
            var distance = x[start + k] - center;
            square += distance * distance;
        }

        var factor = 1 / MathF.Sqrt((square / length) + epsilon);
        inverse[row] = factor;
        for (var k = 0; k < length; k++)
        {
            y[start + k] = ((x[start + k] - center) * factor * scale[k]) + (hasBias != 0 ? bias[k] : 0);
        }
    }

    /// <summary>With g = dy scale and z = (x - mean) inverse: dx = (g - mean of g - z mean of g z) inverse; without the mean of g for RMS.</summary>
    public static void Gradient(
        Index1D row, ArrayView<float> x, ArrayView<float> scale, ArrayView<float> mean, ArrayView<float> inverse, ArrayView<float> dy, ArrayView<float> dx, int length, int isRms)
    {
        int start = row * length;
        float center = isRms != 0 ? 0 : mean[row], factor = inverse[row], sum = 0, sumZ = 0;
        for (var k = 0; k < length; k++)
        {
            var g = dy[start + k] * scale[k];
            sum += g;
            sumZ += g * (x[start + k] - center) * factor;
        }

        sum = isRms != 0 ? 0 : sum / length;
        sumZ /= length;
        for (var k = 0; k < length; k++)
        {
            dx[start + k] = factor * ((dy[start + k] * scale[k]) - sum - ((x[start + k] - center) * factor * sumZ));
        }
    }

    public static void ScaleGradient(
        Index1D column, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> inverse, ArrayView<float> dy, ArrayView<float> dScale, ArrayView<float> dBias, int rows, int length, int isRms)
    {
        float sum = 0, sumZ = 0;
        for (var row = 0; row < rows; row++)
        {
            var at = (row * length) + column;
            sum += dy[at];
            sumZ += dy[at] * (x[at] - (isRms != 0 ? 0 : mean[row])) * inverse[row];
        }

        dScale[column] = sumZ;
        if (isRms == 0)
        {
            dBias[column] = sum;
        }
    }
}
