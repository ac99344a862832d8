namespace OrleansCompute.Tensors.Operators;

/// <summary>An entry of the registry: how a node of a model file becomes an operator. Immutable.</summary>
/// <param name="Name">Name of the operator.</param>
/// <param name="Domain">Its domain; empty for ONNX' own.</param>
/// <param name="SinceOpset">First version of the operator set whose nodes this entry understands; it reads all later ones as well.</param>
/// <param name="Create">Makes the operator; throws FormatException or NotSupportedException with the reason.</param>
public sealed record OperatorDefinition(string Name, string Domain, int SinceOpset, Func<OperatorRequest, Operator> Create)
{
    /// <summary>An operator of ONNX.</summary>
    public OperatorDefinition(string name, int sinceOpset, Func<OperatorRequest, Operator> create)
        : this(name, "", sinceOpset, create)
    {
    }
}
