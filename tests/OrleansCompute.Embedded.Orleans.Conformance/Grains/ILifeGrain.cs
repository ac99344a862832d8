namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

/// <summary>Reports its activations and deactivations to the <see cref="Journal"/>.</summary>
public interface ILifeGrain : IGrainWithStringKey
{
    Task<Guid> Mark();

    Task<string> SiloName();

    Task Delay(TimeSpan time);

    Task Leave();

    /// <summary>Never ends.</summary>
    Task Stay();

    Task Remind(TimeSpan period);

    Task Forget();

    Task Break(string what, int left);

    Task<string> AskOther(string key);
}
