namespace OrleansCompute.Training.Accelerators;

/// <summary>A piece of queued work, whatever its result type.</summary>
internal interface IWorkItem
{
    /// <summary>Takes the item for execution; false if it was cancelled while it waited.</summary>
    bool TryStart();

    /// <summary>Runs the work on the calling thread and keeps its outcome; never throws. False if the work threw.</summary>
    bool Execute();

    /// <summary>Hands the outcome to whoever awaits it.</summary>
    void Publish();

    /// <summary>Ends it without running it, unless it was taken or cancelled already.</summary>
    void Abort(Exception reason);
}
