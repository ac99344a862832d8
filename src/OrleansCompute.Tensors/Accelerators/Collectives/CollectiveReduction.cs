namespace OrleansCompute.Tensors.Accelerators.Collectives;

/// <summary>What becomes of the elements that several members have at the same place.</summary>
public enum CollectiveReduction
{
    /// <summary>Sum.</summary>
    Sum,

    /// <summary>Sum divided by the number of members.</summary>
    Mean,
}
