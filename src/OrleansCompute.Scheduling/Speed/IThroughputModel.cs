namespace OrleansCompute.Scheduling.Speed;

/// <summary>How long a job's training step takes with which accelerators: measured, or learned from what was measured.</summary>
public interface IThroughputModel
{
    /// <summary>Changes whenever an answer may have changed.</summary>
    int Version { get; }

    /// <summary>Predicts a step.</summary>
    /// <returns>Null where the job cannot run so.</returns>
    StepTime? Predict(string acceleratorType, int nodes, int accelerators, int localBatch);

    /// <summary>Largest batch in a pass on these accelerators; <see cref="int.MaxValue"/> where only the job's own limits count.</summary>
    int MaxLocalBatch(string acceleratorType, int nodes, int accelerators);

    /// <summary>Most accelerators for which a prediction is worth something.</summary>
    int MaxTrustedAccelerators(string acceleratorType);
}
