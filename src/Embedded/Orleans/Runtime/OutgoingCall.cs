using System.Reflection;

namespace Orleans.Embedded;

/// <summary>Runs the outgoing filters of one call, then sends it.</summary>
internal sealed class OutgoingCall<T>(GrainRequest<T> request, GrainReference reference, GrainReferenceRuntime node) : IOutgoingGrainCallContext
{
    private int _next;
    private T _result = default!;

    public IInvokable Request => request;

    public object Grain => reference;

    public IGrainContext? SourceContext => request.Source;

    public GrainId? SourceId => request.Source?.GrainId;

    public GrainId TargetId => reference.GrainId;

    public GrainInterfaceType InterfaceType => reference.InterfaceType;

    public string InterfaceName => request.GetInterfaceName();

    public string MethodName => request.GetMethodName();

    public MethodInfo InterfaceMethod => request.GetMethod();

    public object? Result
    {
        get => _result is Unit ? null : _result;
        set => _result = value is null ? default! : (T)value;
    }

    public async Task<T> RunAsync()
    {
        await Invoke();
        return _result;
    }

    public async Task Invoke()
    {
        var index = _next++;
        if (index < node.OutgoingFilters.Length)
        {
            await node.OutgoingFilters[index].Invoke(this);
        }
        else
        {
            request.Context = node.CaptureContext();
            if (request.Method!.IsOneWay)
            {
                node.Dispatch(reference, request);
            }
            else
            {
                var answer = request.Open();
                node.Dispatch(reference, request);
                _result = await answer;
            }
        }
    }
}
