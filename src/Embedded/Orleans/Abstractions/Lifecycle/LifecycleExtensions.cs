namespace Orleans;

/// <summary>Subscribes delegates.</summary>
public static class LifecycleExtensions
{
    /// <summary>Takes part with delegates.</summary>
    public static IDisposable Subscribe(
        this ILifecycleObservable observable,
        string observerName,
        int stage,
        Func<CancellationToken, Task> onStart,
        Func<CancellationToken, Task>? onStop)
    {
        ArgumentNullException.ThrowIfNull(observable);
        return observable.Subscribe(observerName, stage, new DelegateLifecycleObserver(onStart, onStop));
    }

    /// <summary>Takes part with a delegate.</summary>
    public static IDisposable Subscribe(
        this ILifecycleObservable observable, string observerName, int stage, Func<CancellationToken, Task> onStart) =>
        Subscribe(observable, observerName, stage, onStart, null);

    /// <summary>Takes part under the name of a type.</summary>
    public static IDisposable Subscribe<TObserver>(this ILifecycleObservable observable, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observable);
        return observable.Subscribe(typeof(TObserver).FullName!, stage, observer);
    }

    /// <summary>Takes part under the name of a type.</summary>
    public static IDisposable Subscribe<TObserver>(
        this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart, Func<CancellationToken, Task> onStop) =>
        Subscribe(observable, typeof(TObserver).FullName!, stage, onStart, onStop);

    /// <summary>Takes part under the name of a type.</summary>
    public static IDisposable Subscribe<TObserver>(this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart) =>
        Subscribe(observable, typeof(TObserver).FullName!, stage, onStart, null);

    /// <summary>Takes part under the name of the observer's type.</summary>
    public static IDisposable Subscribe(this ILifecycleObservable observable, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observable);
        ArgumentNullException.ThrowIfNull(observer);
        return observable.Subscribe(observer.GetType().FullName!, stage, observer);
    }
}
