using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>One request: a method with its arguments.</summary>
public interface IInvokable : IDisposable
{
    /// <summary>Whether the request has a cancellation token.</summary>
    bool IsCancellable { get; }

    /// <summary>The object that runs the request; null before it arrives.</summary>
    object? GetTarget();

    /// <summary>How many arguments there are, cancellation tokens included.</summary>
    int GetArgumentCount();

    /// <summary>An argument by position.</summary>
    object? GetArgument(int index);

    /// <summary>Replaces an argument.</summary>
    void SetArgument(int index, object value);

    /// <summary>The method's name.</summary>
    string GetMethodName();

    /// <summary>The interface's full name.</summary>
    string GetInterfaceName();

    /// <summary>Interface and method, for tracing.</summary>
    string GetActivityName();

    /// <summary>The interface method.</summary>
    MethodInfo GetMethod();

    /// <summary>The interface.</summary>
    Type GetInterfaceType();

    /// <summary>The limit set by <see cref="ResponseTimeoutAttribute"/>; null for the silo's.</summary>
    TimeSpan? GetDefaultResponseTimeout();

    /// <summary>The cancellation token, or none.</summary>
    CancellationToken GetCancellationToken();
}
