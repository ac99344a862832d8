namespace Orleans.Embedded;

/// <summary>Where requests are queued and run: an activation, or an observer object.</summary>
internal abstract class RequestTarget
{
    /// <summary>The object that runs requests; null when there is none (any more).</summary>
    public abstract object? Instance { get; }

    public abstract GrainId Id { get; }

    public virtual IGrainContext? Context => null;

    public abstract IIncomingGrainCallFilter[] Filters { get; }

    /// <summary>Takes a request, or returns false when this target is gone and the caller must look for another.</summary>
    public abstract bool TryEnqueue(GrainRequest request);

    /// <summary>Says that a started request is done.</summary>
    public abstract void OnCompleted(GrainRequest request);

    /// <summary>Runs an action where requests run.</summary>
    public abstract void Post(Action action);
}
