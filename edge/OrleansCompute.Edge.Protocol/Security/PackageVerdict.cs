namespace OrleansCompute.Edge.Protocol.Security;

/// <summary>Whether a model package may run.</summary>
public abstract record PackageVerdict
{
    private PackageVerdict()
    {
    }

    /// <summary>It may.</summary>
    public sealed record Accepted : PackageVerdict;

    /// <summary>It may not.</summary>
    /// <param name="Reason">The kind of reason.</param>
    /// <param name="Detail">A sentence with the expected and the actual value.</param>
    public sealed record Refused(PackageRefusal Reason, string Detail) : PackageVerdict;
}
