namespace Orleans;

/// <summary>Wraps calls on the called silo; a grain class may implement it for itself.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Does its work around <c>await context.Invoke()</c>.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}
