using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent;

public sealed partial class EdgeAgent
{
    [LoggerMessage(7060, LogLevel.Warning, "A message on '{Topic}' is ignored: {Reason}")]
    private partial void LogBadMessage(string topic, string reason);

    [LoggerMessage(7061, LogLevel.Information, "Desired state, revision {Revision}: model '{Model}' version {Version}.")]
    private partial void LogDesired(long revision, string model, int version);

    [LoggerMessage(
        7062, LogLevel.Warning, "The outbox ended in {Bytes} bytes that are no whole record; they were cut off and are measured again.")]
    private partial void LogTorn(long bytes);

    [LoggerMessage(7063, LogLevel.Information, "The agent stopped; {Pending} readings are kept for the next start.")]
    private partial void LogStopped(long pending);

    [LoggerMessage(7064, LogLevel.Information, "The recording of mote {Mote} has ended after {Readings} readings.")]
    private partial void LogMoteDone(int mote, int readings);

    [LoggerMessage(7065, LogLevel.Information, "The camera has seen its {Images} images, and their results are acknowledged.")]
    private partial void LogCameraDone(int images);
}
