using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>What jobs of an application tell each other of their gradients: the noise at the beginning of a training. Not thread-safe.</summary>
internal sealed class FirstNoise
{
    /// <summary>As the first job saw it that began; null before.</summary>
    public GradientNoise? Seen { get; private set; }

    /// <summary>Notes what a job saw first.</summary>
    public void Note(GradientNoise noise) => Seen ??= noise;
}
