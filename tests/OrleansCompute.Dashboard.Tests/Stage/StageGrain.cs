using System.Reflection;

namespace OrleansCompute.Dashboard.Tests.Stage;

/// <summary>A reference to a grain of the stage.</summary>
public class StageGrain : DispatchProxy
{
    internal Func<MethodInfo, object?[], object> Respond { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Respond(targetMethod!, args ?? []);
}
