namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public sealed class EchoGrain : Grain, IEchoGrain
{
    private Nest? _nest;
    private (string Name, List<int> Items) _pair;

    public Task<Nest> Keep(Nest nest) => Task.FromResult(_nest = nest);

    public Task<Nest> Kept() => Task.FromResult(_nest!);

    public Task<(string Name, List<int> Items)> KeepPair((string Name, List<int> Items) pair) => Task.FromResult(_pair = pair);

    public Task<(string Name, List<int> Items)> KeptPair() => Task.FromResult(_pair);

    public Task<object?> EchoAny(object? value) => Task.FromResult(value);
}
