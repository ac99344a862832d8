namespace Orleans.Runtime;

/// <summary>Runs work as turns of an activation.</summary>
public interface IWorkItemScheduler
{
    /// <summary>Runs an action as a turn.</summary>
    void QueueAction(Action action);

    /// <summary>Runs an action as a turn.</summary>
    void QueueAction(Action<object> action, object state);

    /// <summary>Runs a task that was not started as a turn.</summary>
    void QueueTask(Task task);
}
