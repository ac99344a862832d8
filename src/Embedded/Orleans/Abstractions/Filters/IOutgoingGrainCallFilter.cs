namespace Orleans;

/// <summary>Wraps calls on the calling silo or client.</summary>
public interface IOutgoingGrainCallFilter
{
    /// <summary>Does its work around <c>await context.Invoke()</c>.</summary>
    Task Invoke(IOutgoingGrainCallContext context);
}
