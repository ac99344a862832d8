namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>What policies are told of jobs. All but the last are the blind track: nobody knows how long a job is.</summary>
internal enum SimulationKnowledge
{
    /// <summary>Step times were profiled before; gradients and lengths are not known.</summary>
    Measured,

    /// <summary>Each job learns its step times by itself while it runs, as in Pollux.</summary>
    PerJob,

    /// <summary>Each job learns, and goes by others that were as fast where both have run, whatever they are.</summary>
    PerPool,

    /// <summary>Jobs of one application learn step times together.</summary>
    PerApplication,

    /// <summary>Step times and lengths are known: a bound to compare with, not a result.</summary>
    Clairvoyant,
}
