namespace OrleansCompute.Edge.Agent.Configuration;

/// <summary>Which recorded sensor an agent replays.</summary>
public sealed class MoteOptions
{
    /// <summary>
    /// CSV file, plain or gzip, with the columns reading, mote_id, indoor, humidity, temperature, label; the label is not sent.
    /// </summary>
    public string Path { get; set; } = "";

    /// <summary>Which mote of the file.</summary>
    public int MoteId { get; set; } = 1;

    /// <summary>Pace of the replay, 0.01 to 100,000. Default 10; the recorded pace is 0.2.</summary>
    public double ReadingsPerSecond { get; set; } = 10;

    /// <summary>Most readings to send; null (default) for all of the mote's.</summary>
    public int? Limit { get; set; }
}
