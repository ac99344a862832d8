namespace OrleansCompute.Gateway;

/// <summary>Why a message or a subscription was not taken.</summary>
public enum RejectReason
{
    /// <summary>The topic is under <c>oc/</c> but is none of the fabric's.</summary>
    MalformedTopic,

    /// <summary>The topic or filter is another device's, or is one that devices may not use.</summary>
    NotAuthorized,

    /// <summary>The payload breaks the format or a limit.</summary>
    BadPayload,

    /// <summary>The store failed; the device sends again.</summary>
    StorageFailed,

    /// <summary>The device's grain did not answer or refused.</summary>
    GrainFailed,

    /// <summary>A piece was asked of a model version that is not there, or from behind its end.</summary>
    UnknownModel,

    /// <summary>A client without credentials acts as too many devices.</summary>
    QuotaExceeded,

    /// <summary>The twin could not be told after several tries; the reading is in the store.</summary>
    TwinSkipped,

    /// <summary>A chunk or an offer found the queue of its device full, or no session.</summary>
    NotDelivered,
}
