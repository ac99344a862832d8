namespace OrleansCompute.EndToEnd.Running;

/// <summary>Looks again and again at what has no event to wait for: other processes and their REST API.</summary>
internal static class Poll
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>The first look that is as wanted; fails with what was wanted and the last look.</summary>
    public static async Task<T> UntilAsync<T>(string wanted, Func<Task<T>> look, Func<T, bool> isWanted, TimeSpan? limit = null)
    {
        using var timeout = new CancellationTokenSource(limit ?? Limit);
        using var timer = new PeriodicTimer(Period);
        while (true)
        {
            var seen = await look();
            if (isWanted(seen))
            {
                return seen;
            }

            try
            {
                await timer.WaitForNextTickAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"This never happened: {wanted}. Last seen: {seen}");
            }
        }
    }
}
