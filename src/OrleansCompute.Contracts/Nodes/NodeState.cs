namespace OrleansCompute.Contracts.Nodes;

/// <summary>Whether a node takes work.</summary>
public enum NodeState
{
    /// <summary>Takes work.</summary>
    Ready,

    /// <summary>Its silo is gone.</summary>
    Lost,

    /// <summary>Gets no new work; what runs there moves.</summary>
    Draining,
}
