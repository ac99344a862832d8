namespace OrleansCompute.Silo.Hosting;

/// <summary>Steps of an orderly end: each is taken, whatever became of those before it. Not thread-safe.</summary>
/// <param name="onFailure">Hears of every failure, with the name of its step.</param>
internal sealed class StopSequence(Action<string, Exception> onFailure)
{
    private readonly List<Exception> _failures = [];

    /// <summary>Takes a step.</summary>
    /// <param name="name">What it stops.</param>
    /// <param name="step">How.</param>
    public async Task RunAsync(string name, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception)
        {
            _failures.Add(exception);
            onFailure(name, exception);
        }
    }

    /// <summary>Throws what failed; nothing where all went well.</summary>
    /// <exception cref="AggregateException">Every failure, in order.</exception>
    public void ThrowIfFailed()
    {
        if (_failures.Count > 0)
        {
            throw new AggregateException("The server stopped, but not everything ended in order.", _failures);
        }
    }
}
