namespace OrleansCompute.Cli.Demo;

/// <summary>Waits for something to become true, looking a few times a second, up to a limit.</summary>
/// <param name="clock">The clock.</param>
/// <param name="check">Fails where waiting has become pointless; called between looks.</param>
internal sealed class Waiter(TimeProvider clock, Func<Task> check)
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="look">Looks.</param>
    /// <param name="isDone">Whether that was it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="CommandException">It did not come true, or the check failed.</exception>
    public async Task<T> ForAsync<T>(string what, Func<Task<T>> look, Func<T, bool> isDone, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isDone(seen))
            {
                return seen;
            }

            await check();
            if (clock.GetElapsedTime(start) > Limit)
            {
                throw new CommandException($"Within {Limit.TotalSeconds:0} s this never happened: {what}. Look at fabric.log in the data folder.");
            }

            await Task.Delay(LookPeriod, clock, cancellationToken);
        }
    }
}
