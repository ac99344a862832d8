using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Runs the incoming filters of one call, then the call.</summary>
internal sealed class IncomingCall<T>(GrainRequest<T> request, RequestTarget target) : IIncomingGrainCallContext
{
    private int _next;
    private T _result = default!;

    public IInvokable Request => request;

    public object Grain => target.Instance!;

    public GrainId? SourceId => request.Source?.GrainId;

    public GrainId TargetId => target.Id;

    public GrainInterfaceType InterfaceType => ProxyCompiler.InterfaceTypeOf(request.GetInterfaceType());

    public string InterfaceName => request.GetInterfaceName();

    public string MethodName => request.GetMethodName();

    public MethodInfo InterfaceMethod => request.GetMethod();

    public IGrainContext TargetContext => target.Context!;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var map = Grain.GetType().GetInterfaceMap(InterfaceMethod.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, InterfaceMethod)];
        }
    }

    public object? Result
    {
        get => _result is Unit ? null : _result;
        set => _result = value is null ? default! : (T)value;
    }

    public async ValueTask<T> RunAsync()
    {
        await Invoke();
        return _result;
    }

    public async Task Invoke()
    {
        var index = _next++;
        if (index < target.Filters.Length)
        {
            await target.Filters[index].Invoke(this);
        }
        else if (index == target.Filters.Length && target.Instance is IIncomingGrainCallFilter own)
        {
            await own.Invoke(this);
        }
        else
        {
            _result = await request.Call(target.Instance!);
        }
    }
}
