namespace Orleans.Embedded;

/// <summary>Turns the four task types into one.</summary>
internal static class RequestHelpers
{
    public static ValueTask<Unit> Wrap(Task task) => task.IsCompletedSuccessfully ? default : AwaitAsync(task);

    public static ValueTask<Unit> Wrap(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            return AwaitAsync(task.AsTask());
        }

        task.GetAwaiter().GetResult();
        return default;
    }

    private static async ValueTask<Unit> AwaitAsync(Task task)
    {
        await task;
        return default;
    }
}
