namespace Orleans.Embedded;

/// <summary>Starts stages in rising order and stops them in falling order. Not thread-safe.</summary>
internal class LifecycleSubject : ILifecycleObservable
{
    private readonly List<(int Stage, string Name, ILifecycleObserver Observer)> _observers = [];

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var entry = (stage, observerName, observer);
        _observers.Add(entry);
        return new Subscription(() => _observers.Remove(entry));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var group in _observers.GroupBy(observer => observer.Stage).OrderBy(group => group.Key).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(group.Select(observer => observer.Observer.OnStart(cancellationToken)));
            HighestCompletedStage = group.Key;
        }
    }

    /// <summary>Stops the stages that have started; one that fails does not keep the others from stopping.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<Exception> errors = [];
        foreach (var group in _observers.Where(observer => observer.Stage <= HighestCompletedStage)
            .GroupBy(observer => observer.Stage).OrderByDescending(group => group.Key).ToList())
        {
            try
            {
                await Task.WhenAll(group.Select(observer => observer.Observer.OnStop(cancellationToken)));
            }
            catch (Exception exception)
            {
                errors.Add(exception);
            }

            LowestStoppedStage = group.Key;
        }

        if (errors.Count != 0)
        {
            throw new AggregateException("Stopping some lifecycle stages failed.", errors);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
