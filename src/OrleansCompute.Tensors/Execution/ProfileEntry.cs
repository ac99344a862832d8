namespace OrleansCompute.Tensors.Execution;

/// <summary>One node in a profile. Immutable.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Operator">Name of its operator.</param>
/// <param name="Library">Where its kernel is from; <c>reference</c> marks what has no fast one.</param>
/// <param name="Calls">Calls that were measured.</param>
/// <param name="Time">Time of all of them together.</param>
/// <param name="Flops">Arithmetic operations of one call.</param>
/// <param name="Bytes">Bytes that one call reads and writes when nothing is cached.</param>
public sealed record ProfileEntry(string Node, string Operator, string Library, int Calls, TimeSpan Time, long Flops, long Bytes)
{
    /// <summary>Time of one call in microseconds.</summary>
    public double Microseconds => Calls == 0 ? 0 : Time.TotalMicroseconds / Calls;

    /// <summary>Thousand millions of operations per second.</summary>
    public double GflopsPerSecond => Microseconds > 0 ? Flops / Microseconds / 1e3 : 0;

    /// <summary>Thousand millions of bytes per second.</summary>
    public double GigabytesPerSecond => Microseconds > 0 ? Bytes / Microseconds / 1e3 : 0;
}
