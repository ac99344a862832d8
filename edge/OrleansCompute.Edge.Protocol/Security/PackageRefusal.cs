namespace OrleansCompute.Edge.Protocol.Security;

/// <summary>Why a model package is not accepted.</summary>
public enum PackageRefusal
{
    /// <summary>The offer breaks a limit of the protocol.</summary>
    InvalidOffer,

    /// <summary>The offer is for another tenant.</summary>
    WrongTenant,

    /// <summary>The offer is not newer than the last accepted one.</summary>
    Replayed,

    /// <summary>The offer is not signed with the trusted key, or was changed after it was signed.</summary>
    BadSignature,

    /// <summary>The package has not the offered length.</summary>
    WrongSize,

    /// <summary>The package has not the offered hash.</summary>
    WrongHash,
}
