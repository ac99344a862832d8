namespace Orleans.Embedded;

internal enum ActivationState
{
    /// <summary>Requests wait until the grain is ready.</summary>
    Creating,

    /// <summary>Requests run.</summary>
    Valid,

    /// <summary>Started requests end; new ones wait, to be sent on.</summary>
    Deactivating,

    /// <summary>Takes nothing any more.</summary>
    Dead,
}
