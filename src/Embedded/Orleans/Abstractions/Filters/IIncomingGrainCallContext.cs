using System.Reflection;

namespace Orleans;

/// <summary>A call that arrived.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>The class's method.</summary>
    MethodInfo ImplementationMethod { get; }

    /// <summary>The activation.</summary>
    IGrainContext TargetContext { get; }
}
