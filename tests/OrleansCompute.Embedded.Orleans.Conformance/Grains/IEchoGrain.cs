namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

/// <summary>Keeps what it is given, and gives it back.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    Task<Nest> Keep(Nest nest);

    Task<Nest> Kept();

    Task<(string Name, List<int> Items)> KeepPair((string Name, List<int> Items) pair);

    Task<(string Name, List<int> Items)> KeptPair();

    Task<object?> EchoAny(object? value);
}
