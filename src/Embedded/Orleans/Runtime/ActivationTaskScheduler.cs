namespace Orleans.Embedded;

/// <summary>Brings continuations of awaits back to the activation's turns.</summary>
internal sealed class ActivationTaskScheduler(Activation activation) : TaskScheduler, IWorkItemScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    public bool Run(Task task) => TryExecuteTask(task);

    public void QueueAction(Action action) => new Task(action).Start(this);

    public void QueueAction(Action<object> action, object state) => new Task(action!, state).Start(this);

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    protected override void QueueTask(Task task) => activation.EnqueueTask(task);

    // Inlining is safe on the activation's own turn only, and only for tasks that are in no queue.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, activation) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
