namespace Orleans;

/// <summary>What a grain class implements when it does not derive from <see cref="Grain"/>.</summary>
public interface IGrainBase
{
    /// <summary>The activation; set it from the constructor parameter.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Runs before the first request. An exception fails the requests that caused the activation.</summary>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Runs after the last request of a graceful deactivation; never when the silo is killed.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}
