namespace Orleans;

/// <summary>A lifecycle: stages start in rising order and stop in falling order.</summary>
public interface ILifecycleObservable
{
    /// <summary>Takes part at a stage until disposed.</summary>
    IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
}
