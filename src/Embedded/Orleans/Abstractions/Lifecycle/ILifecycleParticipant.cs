namespace Orleans;

/// <summary>A service that takes part in a lifecycle.</summary>
/// <typeparam name="TLifecycleObservable">The lifecycle.</typeparam>
public interface ILifecycleParticipant<TLifecycleObservable>
    where TLifecycleObservable : ILifecycleObservable
{
    /// <summary>Subscribes to stages.</summary>
    void Participate(TLifecycleObservable lifecycle);
}
