namespace OrleansCompute.Contracts.Nodes;

/// <summary>Whether a node takes work.</summary>
public enum NodeState
{
    /// <summary>Takes work.</summary>
    Ready,

    /// <summary>Its silo is gone.</summary>
    Lost,
}
