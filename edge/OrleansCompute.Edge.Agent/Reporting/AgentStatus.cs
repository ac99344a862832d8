using System.Threading.Channels;
using OrleansCompute.Edge.Protocol;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Agent.Reporting;

/// <summary>What the agent reports about itself. Every change of the update state is a report of its own. Thread-safe.</summary>
internal sealed class AgentStatus(string agentVersion, Func<long> telemetrySent, Func<long> peakMemoryBytes)
{
    private readonly Lock _gate = new();
    private readonly LatencyHistogram _latency = new();

    // An update makes five reports; more than a dozen updates while offline are not of interest one by one.
    private readonly Channel<DeviceReport> _transitions = Channel.CreateBounded<DeviceReport>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });

    private ModelOffer? _running;
    private UpdateState _state;
    private long _issue;
    private string _detail = "";

    /// <summary>The reports of changes, oldest first.</summary>
    public ChannelReader<DeviceReport> Transitions => _transitions.Reader;

    /// <summary>Counts an inference.</summary>
    public void RecordInference(double latencyMs)
    {
        lock (_gate)
        {
            _latency.Record(latencyMs);
        }
    }

    /// <summary>Another model runs now; reported with the next transition.</summary>
    public void SetRunning(ModelOffer offer)
    {
        lock (_gate)
        {
            _running = offer;
        }
    }

    /// <summary>An update has come to another state: reports it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="issue">Issue of the offer that the state is of; 0 if it is not known.</param>
    /// <param name="detail">Why it was refused or failed; empty otherwise.</param>
    public void Transition(UpdateState state, long issue, string detail)
    {
        lock (_gate)
        {
            (_state, _issue, _detail) = (state, issue, Cut(detail));
            _transitions.Writer.TryWrite(SnapshotNow());
        }
    }

    /// <summary>Reports the state as it is, for example after a connection was made.</summary>
    public void Repeat()
    {
        lock (_gate)
        {
            _transitions.Writer.TryWrite(SnapshotNow());
        }
    }

    /// <summary>The report of this moment.</summary>
    public DeviceReport Snapshot()
    {
        lock (_gate)
        {
            return SnapshotNow();
        }
    }

    private DeviceReport SnapshotNow() => new()
    {
        AgentVersion = agentVersion,
        ModelName = _running?.Name,
        ModelVersion = _running?.Version ?? 0,
        UpdateState = _state,
        UpdateIssue = _issue,
        Detail = _detail,
        InferenceCount = _latency.Count,
        LatencyP50Ms = _latency.Percentile(0.5),
        LatencyP99Ms = _latency.Percentile(0.99),
        TelemetrySent = telemetrySent(),
        PeakMemoryBytes = peakMemoryBytes(),
    };

    // Three bytes of UTF-8 for every UTF-16 unit at most.
    private static string Cut(string detail) =>
        detail.Length <= ProtocolLimits.MaxDetailBytes / 3 ? detail : detail[..((ProtocolLimits.MaxDetailBytes / 3) - 1)] + "…";
}
