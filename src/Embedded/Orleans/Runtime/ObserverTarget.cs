using System.Diagnostics.CodeAnalysis;

namespace Orleans.Embedded;

/// <summary>Runs calls to one observer object, one after another, on the thread pool. Holds the object weakly, as official Orleans.</summary>
internal sealed class ObserverTarget(GrainReferenceRuntime owner, GrainId id, object target) : RequestTarget
{
    private const string TypePrefix = "sys.client.observer";

    private readonly WeakReference<object> _target = new(target);
    private readonly Lock _gate = new();
    private readonly Queue<GrainRequest> _queue = new();
    private bool _busy;

    public override object? Instance => _target.TryGetTarget(out var target) ? target : null;

    public override GrainId Id => id;

    public GrainReferenceRuntime Owner => owner;

    public override IIncomingGrainCallFilter[] Filters => [];

    public static GrainId NewId() => GrainId.Create(TypePrefix, Guid.NewGuid().ToString("N"));

    public static bool IsObserver(GrainId id) => id.Type == ObserverType;

    [SuppressMessage("Style", "IDE1006", Justification = "A constant in all but name.")]
    private static GrainType ObserverType { get; } = GrainType.Create(TypePrefix);

    public override bool TryEnqueue(GrainRequest request)
    {
        if (!owner.IsRunning || Instance is null)
        {
            return false;
        }

        request.Target = this;
        lock (_gate)
        {
            _queue.Enqueue(request);
            if (_busy)
            {
                return true;
            }

            _busy = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static target => target.RunNext(), this, preferLocal: false);
        return true;
    }

    public override void OnCompleted(GrainRequest request) => RunNextLater();

    public override void Post(Action action) => ThreadPool.UnsafeQueueUserWorkItem(static action => action(), action, preferLocal: false);

    private void RunNextLater() => ThreadPool.UnsafeQueueUserWorkItem(static target => target.RunNext(), this, preferLocal: true);

    private void RunNext()
    {
        GrainRequest? request;
        lock (_gate)
        {
            if (!_queue.TryDequeue(out request))
            {
                _busy = false;
                return;
            }
        }

        if (Instance is null)
        {
            request.Fail(new ClientNotAvailableException(id));
            RunNextLater();
            return;
        }

        request.Start(this);
        RequestContext.Current = null;
    }
}
