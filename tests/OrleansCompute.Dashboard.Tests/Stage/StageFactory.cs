using System.Reflection;

namespace OrleansCompute.Dashboard.Tests.Stage;

/// <summary>A grain factory whose grains answer from the stage.</summary>
public class StageFactory : DispatchProxy
{
    internal FabricStage Stage { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        var grain = targetMethod.GetGenericArguments()[0];
        var proxy = (StageGrain)Create(grain, typeof(StageGrain));
        proxy.Respond = (method, arguments) => Stage.Answer(grain, (string)args![0]!, method, arguments);
        return proxy;
    }
}
