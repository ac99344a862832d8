namespace Orleans;

/// <summary>Takes part in a lifecycle at one stage.</summary>
public interface ILifecycleObserver
{
    /// <summary>Starts.</summary>
    Task OnStart(CancellationToken cancellationToken = default);

    /// <summary>Stops.</summary>
    Task OnStop(CancellationToken cancellationToken = default);
}
