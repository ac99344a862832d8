namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>The system's clock, which can hold up the next step of training on its accelerator's thread: in the middle of the work item.</summary>
public sealed class StepGate : TimeProvider, IDisposable
{
    private readonly ManualResetEventSlim _open = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isArmed;

    /// <summary>Completes when a step is held up.</summary>
    public Task Entered => _entered.Task;

    public void Arm() => Volatile.Write(ref _isArmed, 1);

    public void Open() => _open.Set();

    public override long GetTimestamp()
    {
        // The trainer measures its steps; the executor and the silo read the same clock, and they are not to be held up.
        if (Volatile.Read(ref _isArmed) != 0
            && Environment.StackTrace.Contains("ShardTrainer.Execute", StringComparison.Ordinal)
            && Interlocked.Exchange(ref _isArmed, 0) != 0)
        {
            _entered.SetResult();
            _open.Wait();
        }

        return base.GetTimestamp();
    }

    public void Dispose()
    {
        _open.Set();
        _open.Dispose();
    }
}
