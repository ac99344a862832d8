using System.Reflection;

namespace Orleans.Embedded;

/// <summary>One call. The proxy compiler derives a class per method that holds the arguments.</summary>
internal abstract class GrainRequest : IInvokable
{
    /// <summary>Null for runtime requests such as timer ticks.</summary>
    public abstract MethodDescriptor? Method { get; }

    public virtual InvokeMethodOptions Options => Method?.Options ?? InvokeMethodOptions.None;

    public GrainReference? Reference { get; set; }

    /// <summary>The calling activation; null for a client.</summary>
    public Activation? Source { get; set; }

    public Dictionary<string, object>? Context { get; set; }

    /// <summary>When the caller gives up, in ticks of the node's coarse clock; <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    public RequestTarget? Target { get; set; }

    /// <summary>How often the request was sent on because its activation had gone; bounds loops.</summary>
    public int Forwards { get; set; }

    /// <summary>Whether nobody waits any more: answered, timed out or cancelled.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>The method's cancellation token, overridden where the method has one.</summary>
    public virtual CancellationToken Token
    {
        get => default;
        set { }
    }

    bool IInvokable.IsCancellable => Token.CanBeCanceled;

    public virtual string Description => Method?.ToString() ?? GetType().Name;

    /// <summary>Runs on the target's turn; ends with <see cref="RequestTarget.OnCompleted"/>, at once or later.</summary>
    public abstract void Start(RequestTarget target);

    public abstract void Fail(Exception error);

    public abstract void Cancel(CancellationToken token);

    public object? GetTarget() => Target?.Instance;

    public int GetArgumentCount() => Method?.ArgumentFields.Length ?? 0;

    public object? GetArgument(int index) => Method!.ArgumentFields[index].GetValue(this);

    public void SetArgument(int index, object value) => Method!.ArgumentFields[index].SetValue(this, value);

    public string GetMethodName() => Method!.Method.Name;

    public string GetInterfaceName() => Method!.InterfaceType.FullName!;

    public string GetActivityName() => $"{Method!.InterfaceType.Name}/{Method.Method.Name}";

    public MethodInfo GetMethod() => Method!.Method;

    public Type GetInterfaceType() => Method!.InterfaceType;

    public TimeSpan? GetDefaultResponseTimeout() => Method?.ResponseTimeout;

    public CancellationToken GetCancellationToken() => Token;

    void IDisposable.Dispose()
    {
    }
}
