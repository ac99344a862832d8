using System.Reflection;

namespace Orleans;

/// <summary>A call as a filter sees it.</summary>
public interface IGrainCallContext
{
    /// <summary>The request; its arguments may be read and replaced.</summary>
    IInvokable Request { get; }

    /// <summary>The grain object (incoming) or its reference (outgoing).</summary>
    object Grain { get; }

    /// <summary>The calling grain; null for a client.</summary>
    GrainId? SourceId { get; }

    /// <summary>The called grain.</summary>
    GrainId TargetId { get; }

    /// <summary>The interface.</summary>
    GrainInterfaceType InterfaceType { get; }

    /// <summary>The interface's full name.</summary>
    string InterfaceName { get; }

    /// <summary>The method's name.</summary>
    string MethodName { get; }

    /// <summary>The interface method.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>The result after <see cref="Invoke"/>; may be replaced.</summary>
    object? Result { get; set; }

    /// <summary>Goes on with the next filter, at last the call.</summary>
    Task Invoke();
}
