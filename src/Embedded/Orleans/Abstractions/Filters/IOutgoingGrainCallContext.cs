namespace Orleans;

/// <summary>A call on its way out.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    /// <summary>The calling activation; null for a client.</summary>
    IGrainContext? SourceContext { get; }
}
