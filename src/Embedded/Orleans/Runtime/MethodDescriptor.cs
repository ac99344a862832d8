using System.Reflection;

namespace Orleans.Embedded;

/// <summary>What is known of one interface method. Immutable; made once by the proxy compiler.</summary>
internal sealed class MethodDescriptor
{
    public required Type InterfaceType { get; init; }

    public required MethodInfo Method { get; init; }

    public required InvokeMethodOptions Options { get; init; }

    /// <summary>From <see cref="Orleans.ResponseTimeoutAttribute"/>; null for the options' timeout.</summary>
    public TimeSpan? ResponseTimeout { get; init; }

    /// <summary>The request's argument fields in order, for filters.</summary>
    public FieldInfo[] ArgumentFields { get; set; } = [];

    public bool CopiesResult { get; init; }

    public bool IsOneWay => (Options & InvokeMethodOptions.OneWay) != 0;

    public override string ToString() => $"{InterfaceType.FullName}.{Method.Name}";
}
