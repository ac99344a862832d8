namespace OrleansCompute.Edge.Agent;

/// <summary>Runs tasks that belong together.</summary>
internal static class TaskGroup
{
    /// <summary>
    /// Completes when all have completed. When one fails the others are cancelled and awaited, and its exception is thrown.
    /// </summary>
    public static async Task RunAsync(IReadOnlyList<Func<CancellationToken, Task>> members, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Each on the thread pool: a camera whose model is loaded already computes before it first awaits, and would hold up the rest.
        var running = members.Select(member => Task.Run(() => member(stop.Token), CancellationToken.None)).ToList();
        Task? failed = null;
        while (running.Count > 0)
        {
            var done = await Task.WhenAny(running);
            running.Remove(done);
            if (!done.IsCompletedSuccessfully)
            {
                failed ??= done;
                await stop.CancelAsync();
            }
        }

        await (failed ?? Task.CompletedTask);
    }
}
