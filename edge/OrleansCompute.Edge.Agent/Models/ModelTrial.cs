namespace OrleansCompute.Edge.Agent.Models;

/// <summary>Tries a model before it replaces the running one.</summary>
internal static class ModelTrial
{
    /// <summary>Null when the model answers the image with probabilities, else a sentence that says what came out.</summary>
    public static string? Run(IImageClassifier classifier, ReadOnlySpan<byte> image)
    {
        if (image.Length != classifier.InputLength)
        {
            return $"The model takes {classifier.InputLength} pixels; this device's images have {image.Length}.";
        }

        var probabilities = new float[classifier.ClassCount];
        classifier.Run(image, probabilities);
        var sum = 0d;
        for (var i = 0; i < probabilities.Length; i++)
        {
            // Rounding may leave a probability a little above one.
            if (probabilities[i] is not (>= 0 and <= 1.001f))
            {
                return $"The model answers the trial image with {probabilities[i]} for class {i}; a probability is needed.";
            }

            sum += probabilities[i];
        }

        return Math.Abs(sum - 1) < 0.01 ? null : $"The model's probabilities for the trial image add up to {sum:0.####}; 1 is needed.";
    }
}
