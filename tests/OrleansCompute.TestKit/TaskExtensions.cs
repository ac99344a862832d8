namespace OrleansCompute.TestKit;

/// <summary>Awaits an event with a limit whose message says what never happened.</summary>
public static class TaskExtensions
{
    /// <summary>Generous, because the test machine is shared; a passing test never waits for it.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(90);

    /// <summary>Awaits the task, or fails with a sentence that names the event that did not come.</summary>
    public static async Task<T> OrFailAsync<T>(this Task<T> task, string neverHappened, TimeSpan? limit = null)
    {
        try
        {
            return await task.WaitAsync(limit ?? DefaultLimit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Within {(limit ?? DefaultLimit).TotalSeconds:0.#} s this never happened: {neverHappened}");
        }
    }

    /// <inheritdoc cref="OrFailAsync{T}(Task{T}, string, TimeSpan?)"/>
    public static async Task OrFailAsync(this Task task, string neverHappened, TimeSpan? limit = null)
    {
        try
        {
            await task.WaitAsync(limit ?? DefaultLimit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Within {(limit ?? DefaultLimit).TotalSeconds:0.#} s this never happened: {neverHappened}");
        }
    }
}
