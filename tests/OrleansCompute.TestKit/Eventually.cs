namespace OrleansCompute.TestKit;

/// <summary>Waits for state that can only be asked for, by asking again.</summary>
public static class Eventually
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer meets the condition, and returns that answer.</summary>
    /// <param name="ask">The question; an exception ends the wait.</param>
    /// <param name="until">The condition.</param>
    /// <param name="neverHappened">What the error says did not happen.</param>
    /// <param name="limit">How long at most; default <see cref="TaskExtensions.DefaultLimit"/>.</param>
    /// <exception cref="TimeoutException">It never happened; names the last answer.</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> until, string neverHappened, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(until);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        using var again = new PeriodicTimer(AskEvery, clock);
        while (true)
        {
            var answer = await ask().OrFailAsync($"an answer while waiting for: {neverHappened}", limit);
            if (until(answer))
            {
                return answer;
            }

            if (clock.GetElapsedTime(start) > (limit ?? TaskExtensions.DefaultLimit))
            {
                throw new TimeoutException(
                    $"Within {(limit ?? TaskExtensions.DefaultLimit).TotalSeconds:0.#} s this never happened: {neverHappened}. Last answer: {answer}");
            }

            await again.WaitForNextTickAsync();
        }
    }
}
