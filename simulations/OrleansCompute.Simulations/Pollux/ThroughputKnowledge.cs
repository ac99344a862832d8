namespace OrleansCompute.Simulations.Pollux;

/// <summary>What a policy may know of the speed of jobs. In no case does it know how long they are.</summary>
public enum ThroughputKnowledge
{
    /// <summary>Each job learns by itself while it runs, as in Pollux.</summary>
    PerJob,

    /// <summary>
    /// Each job learns while it runs, and goes by what other jobs of the run have measured that were about as fast wherever both have run
    /// (<see cref="OrleansCompute.Scheduling.Speed.StepTimePeers"/>). Nobody knows who is of which application.
    /// </summary>
    PerPool,

    /// <summary>
    /// Jobs of one application learn together: who comes later knows the step times that others saw, and the noise of the gradients at the
    /// beginning of a training.
    /// </summary>
    PerApplication,

    /// <summary>The application was profiled before: step times are known, gradients are not.</summary>
    Measured,
}
