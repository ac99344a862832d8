namespace Orleans.Utilities;

/// <summary>Keeps observers by their references.</summary>
/// <typeparam name="TObserver">The observer interface.</typeparam>
public class ObserverManager<TObserver> : ObserverManager<IAddressable, TObserver>
{
    /// <summary>Makes an empty one.</summary>
    public ObserverManager(TimeSpan expiration, ILogger log)
        : base(expiration, log)
    {
    }
}
