using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>
/// Tells which offer a device's report is of: the payload <c>state/reported</c> (schema 1) has the state of the last update but not
/// its number. A report of a running model is of the offer of that version; one of a refusal is of the newest offer, since a device
/// refuses when it sees an offer; one of a download is of what the device fetches. Not thread-safe.
/// </summary>
internal sealed class UpdateAttribution
{
    private DesiredModel? newest;
    private (string Model, int Version, long Issue)? fetched;

    /// <summary>The model was offered to the device.</summary>
    public void Offered(DesiredModel model)
    {
        if (newest is null || newest.Name != model.Name || model.Issue >= newest.Issue)
        {
            newest = model;
        }
    }

    /// <summary>The device asked for a piece of the model.</summary>
    public void Fetched(string model, int version, long issue) => fetched = (model, version, issue);

    /// <summary>The report with the number of its offer; 0 where none is known.</summary>
    public DeviceReport Complete(DeviceReport report) => report.UpdateState switch
    {
        _ when report.UpdateIssue != 0 => report,
        ModelUpdateState.None => report,
        ModelUpdateState.Running when newest is { } offer && report.ModelName == offer.Name && report.ModelVersion == offer.Version =>
            report with { UpdateIssue = offer.Issue },
        ModelUpdateState.Running when fetched is { } piece && report.ModelName == piece.Model && report.ModelVersion == piece.Version =>
            report with { UpdateIssue = piece.Issue },
        ModelUpdateState.Running => report,
        ModelUpdateState.Refused or ModelUpdateState.Failed => report with { UpdateIssue = newest?.Issue ?? fetched?.Issue ?? 0 },
        _ => report with { UpdateIssue = fetched?.Issue ?? newest?.Issue ?? 0 },
    };
}
