namespace OrleansCompute.Dashboard.Access;

/// <summary>What became of a key.</summary>
internal enum KeyVerdict
{
    Accepted,
    Refused,
    TooManyFailures,
}
