namespace Orleans.Runtime;

/// <summary>One activation of a grain.</summary>
public interface IGrainContext : ITargetHolder, IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>The grain.</summary>
    GrainId GrainId { get; }

    /// <summary>The grain object; null before it is made and after it is gone.</summary>
    object? GrainInstance { get; }

    /// <summary>The activation.</summary>
    ActivationId ActivationId { get; }

    /// <summary>Where it lives.</summary>
    GrainAddress Address { get; }

    /// <summary>Its services.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Its lifecycle.</summary>
    IGrainLifecycle ObservableLifecycle { get; }

    /// <summary>Runs work as turns of the activation.</summary>
    IWorkItemScheduler Scheduler { get; }

    /// <summary>Completes when the activation is gone.</summary>
    Task Deactivated { get; }

    /// <summary>Attaches a component, or removes it with null.</summary>
    void SetComponent<TComponent>(TComponent? value)
        where TComponent : class;

    /// <summary>Starts to deactivate when the current requests are done.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
