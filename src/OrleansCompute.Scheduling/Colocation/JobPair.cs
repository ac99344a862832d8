namespace OrleansCompute.Scheduling.Colocation;

/// <summary>Two jobs that may share accelerators.</summary>
/// <param name="Host">Index of the one whose place they share, if they share it.</param>
/// <param name="Guest">Index of the other.</param>
/// <param name="Values">By type: what both are worth there, together.</param>
/// <param name="IsTogether">Whether they share already.</param>
/// <param name="IsFixed">Whether they do and one of them may not be moved.</param>
internal sealed record JobPair(int Host, int Guest, double[] Values, bool IsTogether, bool IsFixed);
