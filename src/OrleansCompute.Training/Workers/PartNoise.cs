using System.Numerics.Tensors;

namespace OrleansCompute.Training.Workers;

/// <summary>What the parts that a worker's samples are computed in say of the noise of gradients. For one step; not thread-safe.</summary>
/// <param name="isWanted">Whether anything is measured.</param>
internal sealed class PartNoise(bool isWanted)
{
    /// <summary>Sum of the squared norm of each part's gradient sum over its samples.</summary>
    public double Squares { get; private set; }

    public int Parts { get; private set; }

    public void Take(ReadOnlySpan<float> gradientSum, int samples)
    {
        if (isWanted)
        {
            Squares += (double)TensorPrimitives.SumOfSquares(gradientSum) / samples;
            Parts++;
        }
    }
}
