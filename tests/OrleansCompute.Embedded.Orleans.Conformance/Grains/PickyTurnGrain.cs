using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[MayInterleave(nameof(IsPass))]
public sealed class PickyTurnGrain : TurnGrain, IPickyTurnGrain
{
    public static bool IsPass(IInvokable request) => request.GetMethodName() == nameof(Pass);
}
