namespace Orleans.Embedded;

internal sealed record ClusterMemberEntry(SiloAddress Address, string Name, SiloStatus Status, SiloRuntime Silo);
