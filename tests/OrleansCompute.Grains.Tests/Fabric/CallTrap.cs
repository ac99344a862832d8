using Orleans;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>Does something before calls of one method, while it is set: waits, throws, or changes the world.</summary>
/// <param name="method">Name of the method.</param>
public sealed class CallTrap(string method) : IIncomingGrainCallFilter
{
    private Func<IIncomingGrainCallContext, Task>? _before;

    public void Set(Func<IIncomingGrainCallContext, Task> before) => Volatile.Write(ref _before, before);

    public void Clear() => Volatile.Write(ref _before, null);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (Volatile.Read(ref _before) is { } before && context.InterfaceMethod.Name == method)
        {
            await before(context);
        }

        await context.Invoke();
    }
}
