namespace OrleansCompute.Training.Optimisers;

/// <summary>One error message for vectors that are not as long as the model.</summary>
internal static class VectorLengths
{
    public static void Check(int expected, int parameters, int gradient)
    {
        if (parameters != expected || gradient != expected)
        {
            throw new ArgumentException($"The optimiser was made for {expected} parameters; given were {parameters} parameters and {gradient} gradient values.");
        }
    }
}
