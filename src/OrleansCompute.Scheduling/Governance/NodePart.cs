namespace OrleansCompute.Scheduling.Governance;

/// <summary>What of a node belongs to a part of the cluster.</summary>
/// <param name="Accelerators">Accelerators.</param>
/// <param name="Cores">Cores that the jobs need for which it was cut out; infinite once the rest, which is not limited, was shared out.</param>
/// <param name="Bytes">The same of host memory.</param>
internal readonly record struct NodePart(int Accelerators, double Cores, double Bytes);
