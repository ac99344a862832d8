namespace Orleans.Runtime;

/// <summary>A timer of an activation; disposing stops it and cancels the token of a running callback.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets when the next tick is due and the pause after each callback; infinite stops it.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}
