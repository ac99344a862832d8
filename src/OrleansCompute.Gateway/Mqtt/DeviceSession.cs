using System.Collections.Immutable;
using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// Everything that goes from the gateway to one device's grain, one call at a time and in order: while a call is under way, readings
/// accumulate and go together with the next one. Thread-safe.
/// </summary>
internal sealed partial class DeviceSession(DeviceAddress address, DeviceSessionContext context, Action<DeviceSession> onIdle)
{
    // Eight full messages: a grain call of about 0.5 MB at most.
    private const int MaxReadingsPerCall = 4096;

    private readonly Lock gate = new();
    private readonly Queue<Func<Task>> control = new();
    private readonly Queue<Func<Task>> reports = new();
    private readonly TwinBacklog backlog = new();
    private readonly Dictionary<string, AttachedConnection> connections = new(StringComparer.Ordinal);
    private int pendingInferences;
    private string inferenceConnection = "";
    private string readingConnection = "";
    private bool pumping;
    private TaskCompletionSource? room;
    private AttachedConnection? current;

    public DeviceAddress Address { get; } = address;

    /// <summary>Users of the session: connections and messages under way. The registry's lock guards it.</summary>
    public int Users { get; set; }

    /// <summary>Whether the pump runs. Once false with no users it stays false: only users bring work.</summary>
    public bool HasWork
    {
        get
        {
            lock (gate)
            {
                return pumping;
            }
        }
    }

    private IDeviceGrain Grain => context.Grains.GetGrain<IDeviceGrain>(Address.Key);

    /// <summary>A connection is up.</summary>
    public void Attach(DeviceConnection connection)
    {
        var attached = new AttachedConnection(connection, new DeviceLink(Offer));
        lock (gate)
        {
            connections[connection.ConnectionId] = attached;
        }

        Enqueue(control, () => AttachAsync(attached));
    }

    /// <summary>A connection is gone.</summary>
    /// <param name="connectionId">Which.</param>
    /// <param name="cause">A sentence.</param>
    /// <param name="onDone">Called when the grain knows.</param>
    public void Detach(string connectionId, string cause, Action onDone) =>
        Enqueue(control, () => DetachAsync(connectionId, cause, onDone));

    /// <summary>Notes the place of readings in the order of arrival, before they are stored.</summary>
    public TwinBacklog.Batch Reserve(ImmutableArray<Reading> readings)
    {
        lock (gate)
        {
            return backlog.Reserve(readings);
        }
    }

    /// <summary>The readings are on disk: on to the twin.</summary>
    public void MarkStored(TwinBacklog.Batch batch, string connectionId)
    {
        lock (gate)
        {
            backlog.MarkStored(batch);
            readingConnection = connectionId;
        }

        StartPump();
    }

    /// <summary>The readings could not be stored.</summary>
    public void Abandon(TwinBacklog.Batch batch)
    {
        lock (gate)
        {
            TwinBacklog.Abandon(batch);
        }

        StartPump();
    }

    /// <summary>Completes when the backlog is within its limit again.</summary>
    public async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (backlog.StoredReadings <= context.MaxBacklogReadings)
                {
                    return;
                }

                room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = room.Task;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Inference results are stored: the twin's count goes up.</summary>
    public void AddInferences(int count, string connectionId)
    {
        lock (gate)
        {
            pendingInferences += count;
            inferenceConnection = connectionId;
        }

        StartPump();
    }

    /// <summary>Brings a report to the grain; completes when the grain has it.</summary>
    public Task ReportAsync(DeviceReport report, string connectionId)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(reports, async () =>
        {
            try
            {
                await AttachAgainUnlessAsync(await Grain.RecordReport(connectionId, report), connectionId);
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    private void Offer(DesiredModel model) => Enqueue(control, () => OfferAsync(model));

    private void Enqueue(Queue<Func<Task>> queue, Func<Task> work)
    {
        lock (gate)
        {
            queue.Enqueue(work);
        }

        StartPump();
    }

    private void StartPump()
    {
        lock (gate)
        {
            if (pumping)
            {
                return;
            }

            pumping = true;
        }

        _ = PumpAsync();
    }

    private async Task PumpAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (Next() is { } work)
        {
            try
            {
                await work();
            }
            catch (Exception error)
            {
                // Work handles what it expects; whatever else happens must not stop the device's other messages.
                context.Statistics.Rejected(RejectReason.GrainFailed);
                LogPumpFailed(error, Address.Key);
            }
        }

        onIdle(this);
    }

    private Func<Task>? Next()
    {
        lock (gate)
        {
            if (control.TryDequeue(out var work) || reports.TryDequeue(out work))
            {
                return work;
            }

            var readings = backlog.Take(MaxReadingsPerCall);
            if (backlog.StoredReadings <= context.MaxBacklogReadings)
            {
                room?.SetResult();
                room = null;
            }

            if (readings.Length > 0)
            {
                var connectionId = readingConnection;
                return () => RecordReadingsAsync(readings, connectionId);
            }

            if (pendingInferences > 0)
            {
                var (count, connectionId) = (pendingInferences, inferenceConnection);
                pendingInferences = 0;
                return () => RecordInferencesAsync(count, connectionId);
            }

            pumping = false;
            return null;
        }
    }
}
